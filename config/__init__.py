"""What a centre is: the plan, the catalogue and the process settings; values only, no clock and no database."""

from pathlib import Path

CATALOGUE = Path(__file__).parent / "catalogue.toml"
"""The catalogue that comes with the program."""

CENTRES = Path(__file__).parent / "centres"
"""The folder of the plans that come with the program."""

LOADS = Path(__file__).parent / "loads"
"""The folder of the loads for simulations that come with the program."""

GROUPS = Path(__file__).parent / "groups.toml"
"""How the network's charts group institutions, unless its officer says otherwise."""

GRANT = Path(__file__).parent / "grant.toml"
"""The grant's terms as an example, until a person enters others."""

TEMPLATES = Path(__file__).parent / "templates"
"""The folder of the plans from which new centres are made, one for each type."""

EXAMPLE_CONTACTS = Path(__file__).parent / "open_data" / "example.csv"
"""A made-up list of contacts, of the shape of the open one, for the demo's directory."""
