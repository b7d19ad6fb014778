"""Training as a Prefect flow: its progress and its curves are on the page of the run."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from prefect import flow
from prefect.context import FlowRunContext

from irmill.compiler.model.config import ModelConfig
from irmill.compiler.model.training.config import TrainConfig, TrainKind
from irmill.compiler.model.training.train import TrainReport, train
from irmill.tasks.plan import flat
from irmill.tasks.progress import publish_table, run_observer


def train_model(kind: TrainKind, config: TrainConfig, folder: Path, start: ModelConfig) -> tuple[TrainReport, UUID]:
    """Run the training flow; its report, and the id of the flow run."""
    found: list[UUID] = []

    @flow(name="train", validate_parameters=False, flow_run_name=f"train {kind}")
    def training() -> TrainReport:
        context = FlowRunContext.get()
        assert context is not None
        assert context.flow_run is not None
        found.append(context.flow_run.id)
        observer = run_observer()
        observer.start(f"train {kind}", folder.name, 1, config.section(kind).total_steps)
        try:
            report = train(kind, config, folder, observer.advance, start=start)
        finally:
            observer.finish()
        figures = [{"figure": name, "value": str(value)} for name, value in flat(dict(report.held_out)).items()]
        publish_table(f"train-{kind}-held-out", figures, f"{kind}: held-out figures")
        return report

    return training(), found[0]
