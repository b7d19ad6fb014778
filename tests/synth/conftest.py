"""Fixtures of the synth lane's tests: Warp compiles slowly, so what several tests look at is built once."""

from __future__ import annotations

import pytest

from irmill.synth.build import BuildConfig, KernelJob, Outcome, build_kernels
from irmill.synth.kernels.families import FAMILIES
from irmill.synth.kernels.render import GeneratedKernel, generate_kernels

QUICK = BuildConfig(cuda="generated")


@pytest.fixture(scope="session", autouse=True)
def _private_cache(tmp_path_factory: pytest.TempPathFactory):
    """Workers share their precompiled headers below a folder of this test session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IRMILL_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def generated() -> list[GeneratedKernel]:
    """Kernels of every form, twice and more."""
    return list(generate_kernels(48, 11, list(FAMILIES)))


@pytest.fixture(scope="session")
def built(generated: list[GeneratedKernel]) -> list[Outcome]:
    """What came of building them."""
    return build_kernels([KernelJob(kernel.name, kernel.python, kernel.launch) for kernel in generated], QUICK)
