# What a request is held to that no schema can say: it depends on what there is.
# Requests are made from the document with these put in.
import os

import schemathesis

PROJECT = os.environ["SCHEMA_PROJECT"]  # one of the caller's own
NOTHING = {"image_id", "upload_id", "music_upload_id"}  # ids of what there is none of


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path, item in raw_schema["paths"].items():
        for method, operation in item.items():
            parameters = operation.get("parameters", [])
            parameters[:] = [p for p in parameters if p["name"] != "cursor"]
            for p in parameters:
                if path.startswith("/api/v1/projects/{id}") and p["name"] == "id" and method != "delete":
                    p["schema"] = {"type": "string", "enum": [PROJECT]}
    for name, schema in raw_schema["components"]["schemas"].items():
        if not name.endswith("Request"):
            continue
        for member, rules in schema.get("properties", {}).items():
            if member == "voice":
                rules["enum"] = ["default", None]
            if member == "email":  # beyond ASCII the pattern takes any character for a letter
                rules["pattern"] = "^[a-z0-9]{1,30}(@[a-z0-9]{1,30}[.][a-z]{2,9})$"
            if member in NOTHING:
                rules["enum"] = ["", None]
                rules.pop("pattern", None)
