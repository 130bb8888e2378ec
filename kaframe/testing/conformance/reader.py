"""What a reader must keep to: the asked columns and nothing else, in their types, what is missing stays missing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, get_args

import pytest

from kaframe.database import Database
from kaframe.errors import DataError, Location
from kaframe.records import ColumnType, Reader, Secret, Source
from kaframe.testing.conformance.plugin import PluginConformance

ROWS: tuple[Mapping[str, Any], ...] = (
    {"id": "001", "name": "长城贸易", "amount": "10.5", "note": "plain"},
    {"id": "002", "name": 'Müller "& Söhne", GmbH', "amount": "-3", "note": None},
    {"id": "003", "name": "😀 <b>", "amount": None, "note": "'; DROP TABLE x; --"},
    {"id": "004", "name": "A", "amount": "0", "note": "line one\nline two"},
)
COLUMNS = ("id", "name", "amount", "note")


class ReaderConformance(PluginConformance):
    """Tests of a reader. Override ``write``, which puts rows where the reader finds them and gives its options.

    ``keeps_newlines`` and ``keeps_zeros``: whether a text may hold a line break, and ``001`` stays a text.
    ``changes_seen``: whether ``fingerprint`` sees that the data have changed without reading them. ``fields``: what the
    columns id, name, amount and note are called in a format that has columns of its own, in their order; those that it
    has no place for are left out.
    """

    hook: ClassVar[str] = "kaframe_readers"
    keeps_newlines: ClassVar[bool] = True
    keeps_zeros: ClassVar[bool] = True
    changes_seen: ClassVar[bool] = True
    fields: ClassVar[Mapping[str, str]] = {name: name for name in COLUMNS}

    @abstractmethod
    def write(self, folder: Path, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Put rows (those of ``fields``; texts or None) below ``folder``, and give the options that read them."""

    def lost(self, folder: Path) -> Mapping[str, Any] | None:
        """Options that lead nowhere, such as a file that is not there; None when there is no such thing."""
        return None

    def broken(self, folder: Path) -> Mapping[str, Any] | None:
        """Options of a source with a row that cannot be read between two good ones; None where no row can be so."""
        return None

    def rows(self) -> list[Mapping[str, Any]]:
        """The rows that are written."""
        return [{own: _flat(row[name], self.keeps_newlines) for name, own in self.fields.items()} for row in ROWS]

    def source(self, folder: Path, options: Mapping[str, Any]) -> Source:
        """The source as kaframe declares it."""
        return Source("orders", self.record.name, options, folder, Location("kaframe.yaml", 7, 3))

    def read(self, source: Source, names: Sequence[str]) -> list[dict[str, Any]]:
        """The rows as a run's database sees them."""
        reader: Reader = self.record
        reading = reader.read(source, names)
        with Database() as db:
            if reading.arrow is not None:
                db.load("given", reading.arrow)
            query = "given" if reading.arrow is not None else f"({reading.sql})"
            found = db.rows(f"SELECT * FROM {query} ORDER BY _row")
        for path in reading.temporary:
            path.unlink(missing_ok=True)
        return found

    def test_columns_have_names_and_types(self, tmp_path: Path) -> None:
        """Every column once, with a type of kaframe."""
        source = self.source(tmp_path, self.write(tmp_path, self.rows()))
        columns = list(self.record.columns(source))
        own = list(self.fields.values())
        assert [column.name for column in columns if column.name in own] == own
        assert {column.type for column in columns} <= set(get_args(ColumnType))

    def test_the_asked_columns_are_given(self, tmp_path: Path) -> None:
        """Some, in another order: those and ``_row``, counted from 1."""
        source = self.source(tmp_path, self.write(tmp_path, self.rows()))
        first, *others, last = self.fields.values()
        found = self.read(source, [last, first])
        assert {last, first, "_row"} <= found[0].keys()
        assert not found[0].keys() & set(others), "only the asked columns are read"
        assert [row["_row"] for row in found] == list(range(1, len(ROWS) + 1))

    def test_values_arrive_as_they_are(self, tmp_path: Path) -> None:
        """Texts of any language, quotes, and what looks like SQL; what is missing stays missing."""
        source = self.source(tmp_path, self.write(tmp_path, self.rows()))
        texts = [own for name, own in self.fields.items() if name != "amount"]
        expected = [{name: row[name] for name in texts} for row in self.rows()]
        given = [{name: row[name] or None for name in texts} for row in self.read(source, texts)]
        if not self.keeps_zeros:
            key = self.fields["id"]
            expected, given = ([{**row, key: int(row[key] or 0)} for row in rows] for rows in (expected, given))
        assert given == expected

    def test_numbers_are_numbers(self, tmp_path: Path) -> None:
        """As numbers, or as texts that are written like them."""
        source = self.source(tmp_path, self.write(tmp_path, self.rows()))
        if "amount" not in self.fields:
            pytest.skip("this format has no numbers")
        amount = self.fields["amount"]
        found = [row[amount] for row in self.read(source, [amount])]
        assert [None if value in (None, "") else float(value) for value in found] == [10.5, -3.0, None, 0.0]

    def test_a_source_without_rows_has_no_rows(self, tmp_path: Path) -> None:
        """And is no error."""
        source = self.source(tmp_path, self.write(tmp_path, []))
        names = [column.name for column in self.record.columns(source)]
        assert self.read(source, [name for name in self.fields.values() if name in names]) == []

    def test_a_bad_row_takes_no_good_one_with_it(self, tmp_path: Path) -> None:
        """It is told with file, line, reason and text; the two beside it are there."""
        options = self.broken(tmp_path)
        if options is None:
            pytest.skip("no row of this reader can be broken")
        source = self.source(tmp_path, options)
        names = [column.name for column in self.record.columns(source)]
        (bad,) = self.record.read(source, names).rejected
        assert bad.file
        assert bad.line >= 1
        assert bad.reason
        assert bad.text
        assert len(self.read(source, names)) == 2

    def test_reading_twice_gives_the_same(self, tmp_path: Path) -> None:
        """The same rows in the same order, and the same fingerprint."""
        source = self.source(tmp_path, self.write(tmp_path, self.rows()))
        own = list(self.fields.values())
        assert self.read(source, own) == self.read(source, own)
        assert self.record.fingerprint(source) == self.record.fingerprint(source)

    def test_a_change_is_seen(self, tmp_path: Path) -> None:
        """The fingerprint differs when the data do, unless the reader says that only the rows can tell."""
        first = self.record.fingerprint(self.source(tmp_path, self.write(tmp_path, self.rows())))
        second = self.record.fingerprint(self.source(tmp_path, self.write(tmp_path, self.rows()[:2])))
        assert (first != second) is self.changes_seen

    def test_every_row_has_a_place(self, tmp_path: Path) -> None:
        """So that a bad row can be found: a name, and a line from 1."""
        source = self.source(tmp_path, self.write(tmp_path, self.rows()))
        places = list(self.record.locate(source, [1, len(ROWS)]))
        assert len(places) == 2
        assert all(isinstance(file, str) and line >= 1 for file, line in places)

    def test_what_is_not_there_is_told(self, tmp_path: Path) -> None:
        """A DataError with a place and a hint, without any secret."""
        options = self.lost(tmp_path)
        if options is None:
            pytest.skip("there is no such thing for this reader")
        with pytest.raises(DataError) as caught:
            self.record.columns(self.source(tmp_path, options))
        assert all(problem.at is not None for problem in caught.value.problems), "say where: source.place('path')"
        secrets = [value.reveal() for value in options.values() if isinstance(value, Secret)]
        assert [secret for secret in secrets if secret in str(caught.value)] == []


def _flat(value: Any, keeps_newlines: bool) -> Any:
    return value if keeps_newlines or value is None else value.replace("\n", " ")
