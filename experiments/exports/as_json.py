"""``--output json``."""

import json

from experiments.domain.answer import Json
from experiments.exports.output import Output


def write(value: Json, output: Output) -> None:
    # Of an operation that answers nothing, the AWS CLI prints nothing; it knows it by this.
    if value != {}:
        for piece in json.JSONEncoder(indent=4, ensure_ascii=False).iterencode(value):
            output.write(piece)
        output.write("\n")
