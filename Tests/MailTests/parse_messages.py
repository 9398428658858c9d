"""Reads every .eml file named on the command line with Python's own mail parser and prints what it found as JSON."""

import base64
import json
import sys
from email import policy
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.utils import getaddresses


def addresses(message, field):
    # The newer parser of Python 3.11 puts a space between the encoded words of a name; the older one does not.
    pairs = getaddresses(message.get_all(field, []))
    return [{"name": str(make_header(decode_header(name))), "address": address} for name, address in pairs]


def text(part):
    return None if part is None else part.get_content().replace("\r\n", "\n")


def parsed(path):
    with open(path, "rb") as file:
        message = BytesParser(policy=policy.default).parse(file)
        file.seek(0)
        raw = BytesParser(policy=policy.compat32).parse(file)
    attachments = [
        {
            "name": part.get_filename(),
            "fallbackName": str(part["content-type"].params.get("name")),
            "mediaType": part.get_content_type(),
            "disposition": part.get_content_disposition(),
            "base64": base64.b64encode(part.get_payload(decode=True)).decode(),
        }
        for part in message.iter_attachments()
    ] if message.is_multipart() else []
    # A quoted encoded word is what the fallback name is; nothing else may be amiss.
    defects = [repr(d) for part in message.walk() for d in part.defects]
    defects += [
        f"{name}: {defect!r}"
        for part in message.walk()
        for name, value in part.items()
        for defect in value.defects
        if name.lower() != "content-type"
    ]
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "from": addresses(raw, "from"),
        "to": addresses(raw, "to"),
        "cc": addresses(raw, "cc"),
        "replyTo": addresses(raw, "reply-to"),
        "subject": str(message["subject"]),
        "date": message["date"].datetime.isoformat(),
        "text": text(message.get_body(("plain",))),
        "html": text(message.get_body(("html",))),
        "attachments": attachments,
        "defects": defects,
        "structure": [part.get_content_type() for part in message.walk()],
    }


json.dump([parsed(path) for path in sys.argv[1:]], sys.stdout)
