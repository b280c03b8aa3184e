//! `leverframe plan`: what a run would change.

use api::Plan;
use serde_json::{Map, Value, json};

use super::{Fault, remote::Service, show};
use crate::{
    cli::{PlanArgs, Press},
    exit::Exit,
    terminal::say,
};

/// Shows a plan.
pub(crate) async fn run(args: &PlanArgs) -> Result<Exit, Fault> {
    let service = Service::new(&args.remote)?;
    let (plan, json) = make(&service, &args.press).await?;
    if args.remote.json {
        say(&json.to_string());
    } else {
        say(&show::plan(&plan));
    }
    // A plan is an answer also when a guard does not hold; a shell wants to know it.
    Ok(if plan.guards.iter().all(|guard| guard.ok) { Exit::Succeeded } else { Exit::Refused })
}

/// Asks for a plan.
pub(super) async fn make(service: &Service, press: &Press) -> Result<(Plan, Value), Fault> {
    let body = body(press, None)?;
    let answer = service.post(api::route::PLAN, &[id(&press.action)?], &body).await?;
    Ok((answer.parse()?, answer.json))
}

/// Makes the body of plan and run alike.
pub(super) fn body(press: &Press, plan_hash: Option<&str>) -> Result<Value, Fault> {
    let mut params = Map::new();
    for param in &press.params {
        let (name, value) = param.split_once('=').ok_or_else(|| {
            Fault::new(Exit::Usage, format!("`{param}` is no parameter: write --param NAME=VALUE"))
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        params.insert(name.to_owned(), value);
    }
    let mut body = json!({"target": press.target.to_string()});
    if !params.is_empty() {
        body["params"] = params.into();
    }
    let given = [
        ("reason", press.reason.as_deref()),
        ("ticket", press.ticket.as_deref()),
        ("plan_hash", plan_hash),
    ];
    for (field, value) in given {
        if let Some(value) = value {
            body[field] = value.into();
        }
    }
    Ok(body)
}

/// Returns `text` if it may stand in a path.
pub(super) fn id(text: &str) -> Result<&str, Fault> {
    if api::is_id(text) {
        return Ok(text);
    }
    Err(Fault::new(
        Exit::Usage,
        format!("`{}` is no name of an action or run", text.escape_debug()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_json_where_they_can_be() {
        let press = Press {
            action: "drain-node".to_owned(),
            target: "node/web-1".parse().unwrap(),
            params: ["wait_seconds=5", "note=a b", "text=\"5\"", "empty="]
                .map(str::to_owned)
                .into(),
            reason: Some("load".to_owned()),
            ticket: None,
        };
        let body = body(&press, Some("abc")).unwrap();
        let params = json!({"wait_seconds": 5, "note": "a b", "text": "5", "empty": ""});
        assert_eq!(
            body,
            json!({"target": "node/web-1", "params": params, "reason": "load", "plan_hash": "abc"})
        );
    }
}
