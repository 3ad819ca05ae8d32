"""What `sevenpanel run` shows: one screen, once the desk answers."""

import json
from pathlib import Path

from sevenpanel.settings.environment import Environment


def welcome(here: Environment, sandbox_url: str, simchain_url: str) -> str:
    """This function draws the screen from `demo.json`, which the demo's seed wrote into home."""
    demo = json.loads((here.home / "demo.json").read_text())
    customer, operator = demo["customer"], demo["operator"]
    lines = [
        ("Address", here.url),
        ("Demo customer", f"{customer['email']}   {customer['password']}"),
        ("Its API key", f"{customer['api_key']}   (POST {here.url}/api/v2)"),
        ("Demo operator", f"{operator['email']}   {operator['password']}"),
        ("Terms", f"{here.url}/terms/   (accepted for the people of the demo)"),
        ("Sandbox provider", sandbox_url),
        ("Simulated chain", simchain_url or "does not run on a desk with a public address"),
        ("Data, logs", f"{_database(here)}   {_short(here.home / 'log')}"),
    ]
    table = "\n".join(f"  {name:<18}{value}" for name, value in lines)
    return f"\n7Panel is running.\n\n{table}\n\nCtrl-C stops it.\n"


def _database(here: Environment) -> str:
    return _short((here.home / "postgres").resolve()) if here.embedded else "DATABASE_URL"


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
