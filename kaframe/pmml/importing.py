"""A PMML file read, understood and written as YAML, or refused with everything that stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kaframe.errors import Problem, RuleError
from kaframe.pmml.asking import Reading
from kaframe.pmml.scorecard import read_model
from kaframe.pmml.writing import write_card
from kaframe.pmml.xmlfile import Element, read_xml

NAMESPACE = "http://www.dmg.org/PMML-4"
ROOT_PARTS = ("Header", "MiningBuildTask", "DataDictionary", "TransformationDictionary", "Scorecard")
MODELS = (
    "AssociationModel", "BaselineModel", "BayesianNetworkModel", "ClusteringModel", "GaussianProcessModel",
    "GeneralRegressionModel", "MiningModel", "NaiveBayesModel", "NearestNeighborModel", "NeuralNetwork",
    "RegressionModel", "RuleSetModel", "SequenceModel", "SupportVectorMachineModel", "TextModel", "TimeSeriesModel",
    "TreeModel", "AnomalyDetectionModel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """The text of a score.yaml, the id of its card, the columns or measures it needs, and what was left out of it."""

    text: str
    card: str
    fields: Mapping[str, str]
    left_out: tuple[Problem, ...]


def import_scorecard(path: Path, shown: str, card: str = "") -> Imported:
    """The scorecard of a file under the id ``card``, or one made of the model's name.

    Raises: RuleError with everything that cannot be read or expressed, each with its place in the file.
    """
    root = read_xml(path, shown)
    model_element = _scorecard(root)
    reading = Reading()
    reading.allow(root, ("version",), ROOT_PARTS)
    model = read_model(root, model_element, reading)
    if reading.problems:
        raise RuleError(sorted(reading.problems, key=lambda problem: (problem.at or root.at, problem.code)))
    text, name = write_card(model, shown, card)
    return Imported(text, name, {field.name: str(field.type) for field in model.needed}, tuple(reading.left_out))


def _scorecard(root: Element) -> Element:
    """The one Scorecard of a PMML 4 file. Raises: RuleError KF6082."""
    version = root.get("version") or ""
    if root.name != "PMML" or not (root.namespace.startswith(NAMESPACE) or not root.namespace):
        raise _no_scorecard(root, f"this is <{root.name}> and no PMML file", "name a PMML file of version 4.1 or later")
    if not version.startswith("4."):
        raise _no_scorecard(root, f"PMML of version '{version}'", "scorecards stand in PMML 4.1 to 4.4")
    cards = list(root.all("Scorecard"))
    other = next(root.all(*MODELS), None)
    if other is not None:
        raise _no_scorecard(other, f"the file holds a {other.name}", "only Scorecard models become YAML")
    if len(cards) != 1:
        at = cards[1] if cards else root
        raise _no_scorecard(at, f"the file holds {len(cards)} Scorecard models", "keep one model a file")
    return cards[0]


def _no_scorecard(element: Element, message: str, hint: str) -> RuleError:
    return RuleError([Problem(element.at, "KF6082", message, hint)])
