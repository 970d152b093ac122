"""How libyaml lays out block style, which the AWS CLI writes its YAML with.

ruamel.yaml writes by libyaml where that is installed, as in the AWS CLI, and by Python of its own
where it is not; the two break and quote differently, so the layout is not left to what happens to
be there. ``tests/test_exports_yaml.py`` holds it against the AWS CLI.
"""

from experiments.exports import yaml_scalars
from experiments.exports.output import Kind, Output
from experiments.exports.paths import Path

WIDTH = 80
LONGEST_SIMPLE_KEY = 128
_BREAKS = "\n\u2028\u2029"


class Emitter:
    """Writes indicators and scalars. ``indention`` says whether only indentation stands on the line
    so far; positions are in characters."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._column = 0
        self._whitespace = True
        self._marked: tuple[Kind, Path | None] = (Kind.PLAIN, None)
        self.indention = True

    def end(self) -> None:
        self.indent(0)

    def indent(self, indent: int) -> None:
        """Begin a line, unless one has been begun that has room for this."""
        begun = self.indention and (
            self._column < indent or (self._column == indent and self._whitespace)
        )
        if not begun:
            self._put("\n")
            self._column = 0
        self._put(" " * (indent - self._column))
        self._whitespace = self.indention = True

    def indicator(
        self, text: str, path: Path | None, *, spaced: bool = True, indents: bool = False
    ) -> None:
        """``-``, ``?``, ``:``, an anchor, an alias or an empty container."""
        self._marked = (Kind.PUNCTUATION, path)
        self._indicate(text, spaced=spaced, indents=indents)
        self._marked = (Kind.PLAIN, None)

    def is_simple_key(self, key: str) -> bool:
        one_line = not any(char in yaml_scalars.BREAKS for char in key)
        return one_line and len(key.encode()) <= LONGEST_SIMPLE_KEY

    def scalar(
        self,
        text: str,
        plain: bool,
        kind: Kind,
        path: Path | None,
        *,
        indent: int,
        breaks: bool = True,
    ) -> None:
        """A text, which may be written without quotes where it reads as what it is (``plain``)."""
        style = yaml_scalars.style(text, plain=plain)
        if not self._whitespace:
            self._marked = (Kind.PUNCTUATION, path)
            self._put(" ")
            self._whitespace = True
        self._marked = (kind, path)
        if style == yaml_scalars.PLAIN:
            self._write_plain(text, indent, breaks=breaks)
            self._whitespace = self.indention = False
        elif style == yaml_scalars.SINGLE:
            self._write_single(text, indent, breaks=breaks)
        else:
            self._write_double(text, indent, breaks=breaks)
        self._marked = (Kind.PLAIN, None)

    def _indicate(self, text: str, *, spaced: bool = True, indents: bool = False) -> None:
        if spaced and not self._whitespace:
            self._put(" ")
        self._put(text)
        self._whitespace = False
        self.indention = self.indention and indents

    def _write_plain(self, text: str, indent: int, *, breaks: bool) -> None:
        if not breaks or self._column + len(text) <= WIDTH:
            self._put(text)
            return
        spaces = False
        for index, char in enumerate(text):
            fold = char == " " and not spaces and self._column > WIDTH
            if fold and text[index + 1] != " ":
                self.indent(indent)
            else:
                self._put(char)
                self.indention = False
            spaces = char == " "

    def _write_single(self, text: str, indent: int, *, breaks: bool) -> None:
        self._indicate("'")
        spaces = broken = False
        last = len(text) - 1
        for index, char in enumerate(text):
            if char == " ":
                fold = breaks and not spaces and self._column > WIDTH and 0 < index < last
                if fold and text[index + 1] != " ":
                    self.indent(indent)
                else:
                    self._put(char)
                spaces = True
            elif char in _BREAKS:
                if not broken and char == "\n":
                    self._break("\n")
                self._break(char)
                self.indention = broken = True
            else:
                if broken:
                    self.indent(indent)
                self._put("''" if char == "'" else char)
                self.indention = spaces = broken = False
        if broken:
            self.indent(indent)
        self._indicate("'", spaced=False)
        self._whitespace = self.indention = False

    def _write_double(self, text: str, indent: int, *, breaks: bool) -> None:
        self._indicate('"')
        spaces = False
        last = len(text) - 1
        for index, char in enumerate(text):
            if char != " ":
                self._put(yaml_scalars.escaped(char))
                spaces = False
                continue
            if breaks and not spaces and self._column > WIDTH and 0 < index < last:
                self.indent(indent)
                if text[index + 1] == " ":
                    self._put("\\")
            else:
                self._put(char)
            spaces = True
        self._indicate('"', spaced=False)
        self._whitespace = self.indention = False

    def _break(self, char: str) -> None:
        self._put(char)
        self._column = 0

    def _put(self, text: str) -> None:
        self._output.write(text, *self._marked)
        self._column += len(text)
