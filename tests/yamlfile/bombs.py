"""Small texts that cost a YAML reader seconds, gigabytes or its life, each with the place at which it is refused."""


def _levels(first: str, level: str, count: int, wide: int) -> str:
    """Anchored levels, each of which names the one before many times."""
    lines = [f"a0: &a0 {first}"]
    for number in range(1, count):
        lines.append(f"a{number}: &a{number} " + level.format(", ".join([f"*a{number - 1}"] * wide)))
    return "\n".join(lines)


BOMBS = {
    "aliases, 8 levels of 9": (_levels("[x, x]", "[{}]", 8, 9), "a.yaml:2:10 KF1002"),
    "aliases, 100 levels": (_levels("[x]", "[{}]", 100, 9), "a.yaml:2:10 KF1002"),
    "merge keys, 7 levels of 9": (_levels("{x: 1}", "{{<<: [{}]}}", 7, 9), "a.yaml:2:15 KF1002"),
    "merge keys, 9 levels of 9": (_levels("{x: 1}", "{{<<: [{}]}}", 9, 9), "a.yaml:2:15 KF1002"),
    "merge keys, 3 levels of 300": (_levels("{x: 1}", "{{<<: [{}]}}", 3, 300), "a.yaml:2:15 KF1002"),
    "an alias of itself": ("a: &a [*a, *a]", "a.yaml:1:8 KF1002"),
    "30,000 brackets": ("[" * 30_000, "a.yaml:1:65 KF1001"),
    "100,000 brackets, closed": ("a: " + "[" * 100_000 + "]" * 100_000, "a.yaml:1:67 KF1001"),
    "60,000 braces": ("{a: " * 60_000, "a.yaml:1:257 KF1001"),
    "60,000 lists in lists": ("- " * 60_000, "a.yaml:1:129 KF1001"),
    "questions in questions": ("? " * 60_000, "a.yaml:1:3 KF1017"),
    "lists that are keys": ("[" * 100 + "a" + "]: 1" * 100, "a.yaml:1:1 KF1017"),
    "a thousand levels by indentation": (
        "\n".join(" " * level + "a:" for level in range(1_000)),
        "a.yaml:65:65 KF1001",
    ),
    "a million characters": ("# " + "x" * 1_000_000, "a.yaml KF1003"),
    "400,000 values in one list": ("a: [" + "1," * 400_000 + "]", "a.yaml:1:400001 KF1003"),
    "220,000 values under one another": ("a:\n" + "- 1\n" * 220_000, "a.yaml:200000:3 KF1003"),
    "220,000 values that are left out": ("a:\n" + "-\n" * 220_000, "a.yaml:200000:2 KF1003"),
    "a number of 5,000 digits": ("a: " + "9" * 5_000, "a.yaml:1:4 KF1102"),
    "a number with an exponent of 5,000 digits": ("a: 1e" + "9" * 5_000, "a.yaml:1:4 KF1102"),
    "code in a tag": ("a: !!python/object/apply:os.system ['true']", "a.yaml:1:4 KF1004"),
    "bytes in a tag": ("a: !!binary '!!!'", "a.yaml:1:4 KF1004"),
    "10,000 documents": ("---\na: 1\n" * 10_000, "a.yaml:3:1 KF1008"),
    "a tag that is redefined": ("%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os.system x", "a.yaml:3:4 KF1004"),
}
