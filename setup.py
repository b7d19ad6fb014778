"""What is installed: every folder of sources, under the one name ``irmill`` (see pyproject.toml for the rest)."""

from setuptools import find_packages, setup

FOLDERS = ("compiler", "synth", "optimizer", "tasks", "flows", "configs")

setup(
    script_name="setup.py",  # a build backend gives another one, and this file would be installed as a module
    package_dir={"irmill": "."},
    packages=["irmill", *(f"irmill.{name}" for name in find_packages(include=[f"{top}*" for top in FOLDERS]))],
)
