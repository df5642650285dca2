"""A small reader of JSON Schema, of just the words that our schema uses; an unknown word is an error."""

TYPES = {
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda it: isinstance(it, dict),
    "array": lambda it: isinstance(it, list),
    "string": lambda it: isinstance(it, str),
    "number": lambda it: isinstance(it, (int, float)) and not isinstance(it, bool),
    "integer": lambda it: isinstance(it, (int, float)) and not isinstance(it, bool) and it == int(it),
    "null": lambda it: it is None,
}
SILENT = {"$schema", "$defs", "title", "description", "default"}


def fits(value, schema, root):
    """Tell whether a value is valid."""
    return all(check(value, schema, root, word) for word in schema if word not in SILENT)


def check(value, schema, root, word):
    wanted = schema[word]
    if word == "$ref":
        return fits(value, root["$defs"][wanted.removeprefix("#/$defs/")], root)
    if word in ("anyOf", "oneOf"):
        count = sum(fits(value, part, root) for part in wanted)
        return count == 1 if word == "oneOf" else count > 0
    if word == "type":
        return any(TYPES[kind](value) for kind in ([wanted] if isinstance(wanted, str) else wanted))
    if word in ("const", "enum"):
        return value in ([wanted] if word == "const" else wanted)
    number = TYPES["number"](value)
    plain = {
        "minimum": lambda: not number or value >= wanted,
        "exclusiveMinimum": lambda: not number or value > wanted,
        "maximum": lambda: not number or value <= wanted,
        "minLength": lambda: not isinstance(value, str) or len(value) >= wanted,
        "minItems": lambda: not isinstance(value, list) or len(value) >= wanted,
        "maxItems": lambda: not isinstance(value, list) or len(value) <= wanted,
        "items": lambda: not isinstance(value, list) or all(fits(item, wanted, root) for item in value),
        "required": lambda: not isinstance(value, dict) or set(wanted) <= set(value),
        "properties": lambda: (
            not isinstance(value, dict) or all(fits(value[key], wanted[key], root) for key in wanted if key in value)
        ),
        "additionalProperties": lambda: others(value, schema, root),
    }
    return plain[word]()


def others(value, schema, root):
    """Check the keys that the schema does not name."""
    wanted = schema["additionalProperties"]
    if not isinstance(value, dict):
        return True
    rest = [part for key, part in value.items() if key not in schema.get("properties", {})]
    if isinstance(wanted, bool):
        return wanted or not rest
    return all(fits(part, wanted, root) for part in rest)
