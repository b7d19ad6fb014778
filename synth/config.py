"""Settings of the synth lane; every field decides what rows hold, so all of them belong to a stage's key."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Family = Literal["elementwise", "branches", "loops", "reduction"]


class KernelsConfig(BaseModel):
    """The generated kernels of a shard, and the limits of lowering programs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(default=40, ge=0)
    """generated kernels of each shard"""
    families: tuple[Family, ...] = ("elementwise", "branches", "loops", "reduction")
    elements: int = Field(default=16, ge=2, le=4096)
    """threads of a generated kernel's launch, and elements of its arrays"""
    float32_share: float = Field(default=0.25, ge=0.0, le=1.0)
    max_statements: int = Field(default=400, ge=1)
    """a program that lowers to more statements is UNSUPPORTED"""
    max_steps: int = Field(default=200_000, ge=1)
    """steps of the exact run that decides the kernel's number type; past it the intervals decide"""


class ExtractConfig(BaseModel):
    """How kernels are turned into C++ and CUDA text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: int = Field(default=64, ge=1)
    """kernels of one request to the worker"""
    kernel_seconds: float = Field(default=20.0, gt=0.0)
    """wall clock of one kernel"""
    import_seconds: float = Field(default=30.0, gt=0.0)
    """wall clock of importing a user's file (its launches included)"""
    memory_bytes: int = Field(default=6 << 30, ge=1 << 30)
    """address space of the worker"""


class BuildConfig(BaseModel):
    """How kernels are compiled, executed and checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch: int = Field(default=50, ge=1, le=500)
    """kernels of one native module"""
    compile_seconds: float = Field(default=240.0, gt=0.0)
    """wall clock of compiling one module"""
    kernel_seconds: float = Field(default=10.0, gt=0.0)
    """wall clock of one kernel's launches and checks"""
    memory_bytes: int = Field(default=6 << 30, ge=1 << 30)
    cuda: Literal["generated", "compiled", "executed"] = "executed"
    """the farthest the CUDA text is taken; what the machine cannot do is left out"""
    cuda_arch: int = Field(default=75, ge=75)
    """compute capability that NVRTC compiles for"""
    value_tolerance: float = Field(default=1e-9, gt=0.0)
    """float64 outputs against the reference, relative to the larger of 1 and the outputs"""
    value_tolerance_float32: float = Field(default=2e-4, gt=0.0)
    gradient_tolerance: float = Field(default=1e-5, gt=0.0)
    """float64 directional derivatives against central differences, relative likewise"""
    gradient_tolerance_float32: float = Field(default=2e-3, gt=0.0)


class DedupConfig(BaseModel):
    """How duplicates are found: by structure, with names and literals normalised, or by the exact text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["structure", "text"] = "structure"
