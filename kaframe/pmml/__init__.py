"""From a PMML scorecard to kaframe's YAML: the same scores and the same reasons, or a refusal with its place."""

from kaframe.pmml.importing import Imported, import_scorecard

__all__ = ["Imported", "import_scorecard"]
