"""A validator of JSON Schema (2020-12), as far as the bundle's schema goes, and what it is covered by.

An unknown keyword is an error, so that no constraint is passed over in silence.
"""

import re

ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "format", "default"}


def problems(schema, value, root, place="", covered=None):
    """What is wrong with a value, each with its place; `covered` collects what of the schema it meets."""
    found = []

    def wrong(why):
        found.append(f"{place or 'the whole'} {why}")

    def inner(schema, value, step):
        found.extend(problems(schema, value, root, place + step, covered))

    if schema is True:
        return []
    if schema is False:
        return [f"{place} must not be there"]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    for keyword, rule in schema.items():
        if keyword in ANNOTATIONS:
            continue
        if keyword == "$ref":
            inner(resolve(rule, root), value, "")
        elif keyword == "type":
            if not any(of_type(value, name) for name in ([rule] if isinstance(rule, str) else rule)):
                wrong(f"is not of type {rule}")
        elif keyword == "const":
            if value != rule or isinstance(value, bool) != isinstance(rule, bool):
                wrong(f"is not {rule!r}")
        elif keyword == "enum":
            if value not in rule:
                wrong(f"is not one of {rule}")
        elif keyword in ("oneOf", "anyOf"):
            fits = [option for option in rule if not problems(option, value, root)]
            if not fits or (keyword == "oneOf" and len(fits) > 1):
                wrong(f"fits {len(fits)} of the alternatives")
            elif covered is not None:
                covered.add(id(fits[0]))
                problems(fits[0], value, root, place, covered)
        elif keyword == "minimum":
            if number and value < rule:
                wrong(f"is less than {rule}")
        elif keyword == "maximum":
            if number and value > rule:
                wrong(f"is more than {rule}")
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(rule, value):
                wrong(f"does not match {rule}")
        elif keyword == "minItems":
            if isinstance(value, list) and len(value) < rule:
                wrong(f"has fewer than {rule} items")
        elif keyword == "maxItems":
            if isinstance(value, list) and len(value) > rule:
                wrong(f"has more than {rule} items")
        elif keyword == "prefixItems":
            if isinstance(value, list):
                for at, (part, item) in enumerate(zip(rule, value)):
                    inner(part, item, f"[{at}]")
        elif keyword == "items":
            if isinstance(value, list):
                for at, item in enumerate(value[len(schema.get("prefixItems", [])):]):
                    inner(rule, item, f"[{at}]")
        elif keyword == "properties":
            if isinstance(value, dict):
                for name in value.keys() & rule.keys():
                    if covered is not None and value[name] is not None:
                        covered.add(id(rule[name]))
                    inner(rule[name], value[name], f".{name}")
        elif keyword == "required":
            if isinstance(value, dict):
                for name in rule:
                    if name not in value:
                        wrong(f"has no `{name}`")
        elif keyword == "propertyNames":
            if isinstance(value, dict):
                for name in value:
                    inner(rule, name, f".{name}")
        elif keyword == "additionalProperties":
            if isinstance(value, dict):
                for name in value.keys() - schema.get("properties", {}).keys():
                    inner(rule, value[name], f".{name}")
        else:
            raise NotImplementedError(f"the keyword `{keyword}` of JSON Schema")
    return found


def resolve(reference, root):
    node = root
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def of_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    python = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
    return isinstance(value, python[name])


def parts(schema, root):
    """All members and alternatives that a schema has: (path, schema)."""
    todo = [("file", root)] + [(name, part) for name, part in root["$defs"].items()]
    while todo:
        path, node = todo.pop()
        if not isinstance(node, dict):
            continue
        for name, part in node.get("properties", {}).items():
            yield f"{path}.{name}", part
            todo.append((f"{path}.{name}", part))
        for keyword in ("oneOf", "anyOf"):
            for at, part in enumerate(node.get(keyword, [])):
                if part != {"type": "null"}:
                    yield f"{path}/{keyword}[{at}]", part
                    todo.append((f"{path}/{keyword}[{at}]", part))
