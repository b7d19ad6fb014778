"""Defaults of the trainings: what all of them have, then a section for each."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field

from irmill.compiler.base.stage import Section


class TrainKind(StrEnum):
    """What of the model is trained: the names of the sections of :class:`TrainConfig`."""

    BASE = "base"
    NORMALIZER = "normalizer"
    CLASSIFIER = "classifier"
    DIRECT = "direct"
    EXPERIMENT = "experiment"
    TRUNK = "trunk"


class TrainingConfig(Section):
    """One training run. Equal configurations give equal weights on one machine.

    Attributes:
        steps: optimizer steps.
        seed: of the corpus, the order and the initial weights.
        corpus: files of extra problems (JSON lines), read beside the generated ones.
        corpus_share: how much of the stream comes from those files.
        inserted: the share of those rows that get a sentence with a number of another problem.
        tokens: tokens a batch may have (padding included).
        rate: peak learning rate; it rises over ``warmup`` steps and falls along a cosine to a twentieth.
        clip: largest norm of the gradient of a step.
        average: decay of the running mean of the weights that is kept at the end; 0 keeps the last weights.
        lens_weight: the share ``w`` of the lens loss in the dual reward.
        threads: CPU threads.
        bf16: autocast to bfloat16.
        nonce_rate: the share of problems in which some words become stand-ins.
        log_every: steps between two points of the curves.
        validate_every: steps between two measurements on ``validation`` held-out problems.
        save_every: steps between two checkpoints.
    """

    steps: int = Field(default=6000, ge=1)
    seed: int = 7
    corpus: tuple[Path, ...] = ()
    corpus_share: float = Field(default=0.3, ge=0.0, le=1.0)
    inserted: float = Field(default=0.25, ge=0.0, le=1.0)
    tokens: int = Field(default=2048, ge=64)
    rate: float = Field(default=1.5e-3, gt=0.0)
    weight_decay: float = Field(default=0.05, ge=0.0)
    warmup: int = Field(default=200, ge=0)
    clip: float = Field(default=1.0, gt=0.0)
    average: float = Field(default=0.0, ge=0.0, lt=1.0)
    lens_weight: float = Field(default=0.2, ge=0.0, le=1.0)
    threads: int = Field(default=1, ge=1)
    bf16: bool = True
    nonce_rate: float = Field(default=0.3, ge=0.0, le=1.0)
    log_every: int = Field(default=50, ge=1)
    validate_every: int = Field(default=500, ge=1)
    validation: int = Field(default=128, ge=1)
    save_every: int = Field(default=500, ge=1)

    @property
    def total_steps(self) -> int:
        """Optimizer steps in all."""
        return self.steps


class BaseTraining(TrainingConfig):
    """A new model: the size of its tokenizer (``vocabulary``; its words are counted in ``counted`` problems) and its
    shape (``width`` of the residual stream, ``inner`` of the feed-forward part)."""

    steps: int = Field(default=5000, ge=1)
    vocabulary: int = Field(default=4096, ge=700)
    counted: int = Field(default=30_000, ge=1)
    width: int = Field(default=192, ge=16)
    layers: int = Field(default=6, ge=2)
    heads: int = Field(default=6, ge=1)
    inner: int = Field(default=512, ge=16)


class NormalizerTraining(TrainingConfig):
    """A trained model trained further; ``rank`` is of the adapters that a model of another kind gets."""

    steps: int = Field(default=4000, ge=1)
    rate: float = Field(default=8e-4, gt=0.0)
    rank: int = Field(default=16, ge=1)


class ClassifierTraining(TrainingConfig):
    """The lens made sharper; ``rank`` is of the adapters."""

    steps: int = Field(default=600, ge=1)
    rate: float = Field(default=5e-4, gt=0.0)
    lens_weight: float = Field(default=0.4, ge=0.0, le=1.0)
    rank: int = Field(default=16, ge=1)


class MemberTraining(TrainingConfig):
    """One network of the direct normalizer.

    Attributes:
        batch: questions a batch may have.
        drilled: comparisons and conditions that are taught beside the stream, for each of its examples.
        vocabulary: words at most; those that ``counted`` problems and the corpora have ``rarest`` times or more.
        word: width of a word's vector, of which ``vectors`` start from co-occurrence, times ``vector_scale``.
        width: of the encoder's states; ``heads``, ``layers`` of attention; ``inner`` of the feed-forward parts.
        pair: width of the scorer of pairs.
        noise: share of all words that are stand-ins, each by itself.
        commas_lost: share of questions that are read without their commas, as many people write.
        dropout: share of the encoder's states that a step drops.
        smoothing: share of a choice's target that is spread over all that is allowed.
    """

    steps: int = Field(default=3500, ge=1)
    corpus_share: float = Field(default=0.3, ge=0.0, le=1.0)
    inserted: float = Field(default=0.25, ge=0.0, le=1.0)
    tokens: int = Field(default=2400, ge=64)
    batch: int = Field(default=56, ge=1)
    drilled: float = Field(default=0.05, ge=0.0, le=1.0)
    weight_decay: float = Field(default=0.02, ge=0.0)
    nonce_rate: float = Field(default=0.4, ge=0.0, le=1.0)
    average: float = Field(default=0.998, ge=0.0, lt=1.0)
    smoothing: float = Field(default=0.02, ge=0.0, lt=1.0)
    vocabulary: int = Field(default=4000, ge=100)
    counted: int = Field(default=15_000, ge=1)
    rarest: int = Field(default=3, ge=1)
    word: int = Field(default=96, ge=8)
    vectors: int = Field(default=64, ge=0)
    vector_scale: float = Field(default=0.7, ge=0.0)
    width: int = Field(default=192, ge=16)
    heads: int = Field(default=6, ge=1)
    layers: int = Field(default=2, ge=1)
    inner: int = Field(default=384, ge=16)
    pair: int = Field(default=192, ge=16)
    noise: float = Field(default=0.0, ge=0.0, lt=1.0)
    commas_lost: float = Field(default=0.2, ge=0.0, le=1.0)
    dropout: float = Field(default=0.1, ge=0.0, lt=1.0)


class DirectTraining(MemberTraining):
    """The direct normalizer: ``members`` networks, each trained by itself with the next seed; their probabilities are
    averaged."""

    members: int = Field(default=3, ge=1, le=8)

    @property
    def total_steps(self) -> int:
        """Optimizer steps of all members."""
        return self.steps * self.members

    def member(self, number: int) -> MemberTraining:
        """The training of one member, counted from 0."""
        fields = self.model_dump(exclude={"members"})
        return MemberTraining.model_validate({**fields, "seed": self.seed + number})


class ExperimentTraining(MemberTraining):
    """The direct normalizer, with what is tried out; as it stands, the direct training.

    Attributes:
        masked: the weight of guessing words that are hidden from the encoder.
        teachers: folders of direct models; where they together choose right, half of a choice's target is theirs.
        problems: those of the stream that are gone through again and again; 0: none comes twice.
    """

    masked: float = Field(default=0.0, ge=0.0)
    teachers: tuple[Path, ...] = ()
    problems: int = Field(default=0, ge=0)


class TrunkTraining(MemberTraining):
    """The direct normalizer on a causal language model's states instead of an encoder of its own, to compare with.

    Of what the direct training has, sizes and vocabulary of the encoder say nothing here.

    Attributes:
        blocks: the model's blocks whose states are read; None reads all.
        shared: whether the model is trained, too: one trunk for derivations, programs and lens. Else it is as given.
        fresh: whether a shared trunk starts from random weights, and only shape and words are the given model's.
    """

    blocks: int | None = Field(default=None, ge=1)
    shared: bool = False
    fresh: bool = False


class TrainConfig(Section):
    """A section for each training."""

    base: BaseTraining = BaseTraining()
    normalizer: NormalizerTraining = NormalizerTraining()
    classifier: ClassifierTraining = ClassifierTraining()
    direct: DirectTraining = DirectTraining()
    experiment: ExperimentTraining = ExperimentTraining()
    trunk: TrunkTraining = TrunkTraining()

    def section(self, kind: TrainKind) -> TrainingConfig:
        """The section of one training."""
        return getattr(self, kind.value)
