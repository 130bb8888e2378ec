"""What is wanted of elements: allowed attributes and children, numbers, choices; what is not allowed is a problem."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from kaframe.errors import Problem, nearest
from kaframe.pmml.xmlfile import Element


@dataclass(slots=True)
class Reading:
    """What an import has found wrong so far, and what it leaves out because it changes neither score nor reasons."""

    problems: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)

    def refuse(self, element: Element, code: str, message: str, hint: str = "") -> None:
        """Note what cannot be imported."""
        self.problems.append(Problem(element.at, code, message, hint))

    def leave_out(self, element: Element, message: str) -> None:
        """Note what makes no difference to scores and reasons."""
        self.left_out.append(Problem(element.at, "KF6088", message, severity="warning"))

    def allow(self, element: Element, attributes: Iterable[str], children: Iterable[str] = ()) -> None:
        """Refuse everything of an element that is not among these; extensions are told and left out."""
        legal, below = set(attributes), set(children)
        for name in sorted(set(element.attributes) - legal):
            if " " not in name:  # one with a namespace belongs to somebody else
                hint = nearest(name, legal) or "kaframe cannot say what it means for the score"
                self.refuse(element, "KF6083", f"the attribute '{name}' of {element.name} is not understood", hint)
        for child in element.children:
            if child.name == "Extension" or (child.namespace and child.namespace != element.namespace):
                self.leave_out(child, f"{child.name} of {element.name} is left out: it is an extension of the standard")
            elif child.name not in below:
                hint = nearest(child.name, below) or "kaframe cannot express it; change the model, or write it as YAML"
                self.refuse(child, "KF6083", f"{child.name} inside {element.name} is not supported", hint)

    def number(self, element: Element, name: str, default: float | None = None) -> float | None:
        """An attribute as a number; 0 for one that is none, so that nobody misses it as well."""
        text = element.get(name)
        if text is None:
            return default
        try:
            value = float(text.strip())
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in text:
            self.refuse(element, "KF6084", f"{name} of {element.name} is '{text}', which is no number")
            return 0.0
        return value

    def choice(self, element: Element, name: str, legal: Iterable[str], default: str = "") -> str:
        """An attribute that is one of some words."""
        found, known = element.get(name), tuple(legal)
        if found is None:
            return default
        if found not in known:
            hint = nearest(found, known) or f"one of {', '.join(known)}"
            self.refuse(element, "KF6084", f"{name} of {element.name} is '{found}'", hint)
            return default
        return found

    def required(self, element: Element, name: str) -> str:
        """An attribute that must be there; "" with the problem noted when it is not."""
        found = element.get(name)
        if found is None:
            self.refuse(element, "KF6084", f"{element.name} has no attribute '{name}'", "the standard wants one")
        return found or ""
