//! What a new owner does first: every started run gets the new fence, before anything else happens
//! to it.

use super::Shared;
use crate::{Error, EventKind, Run, RunId};

/// Takes over all open runs, oldest first, and returns their ids.
pub(super) async fn all(shared: &Shared) -> Result<Vec<RunId>, Error> {
    let mut taken = Vec::new();
    for run in shared.parts.store.open_runs().await? {
        let id = run.id;
        match one(shared, run).await {
            Ok(()) => taken.push(id),
            Err(error @ (Error::IllegalTransition { .. } | Error::StaleFence { .. })) => {
                tracing::error!(run.id = %id, %error, "cannot go on with this run, its locks stay");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}

/// A run that was never started has no owner to be replaced.
async fn one(shared: &Shared, mut run: Run) -> Result<(), Error> {
    while run.fence.is_some() && !run.state.is_terminal() {
        // A step that was already being looked at is no longer an open intent.
        let open_intent =
            run.steps.iter().any(|record| record.state == crate::run::StepState::Open);
        let kind = EventKind::RunTakenOver {
            owner: shared.parts.owner.clone(),
            old_fence: run.fence,
            open_intent,
        };
        match shared.commit(&run, "service", kind).await {
            Ok(_) => return Ok(()),
            Err(Error::Conflict { .. }) => run = shared.parts.store.load(run.id).await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
