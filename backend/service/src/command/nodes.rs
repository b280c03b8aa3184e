//! `leverframe nodes`: the inventory.

use api::{Node, Page};

use super::{Fault, remote::Service};
use crate::{
    cli::NodesArgs,
    exit::Exit,
    terminal::{plain, say, table},
};

/// Shows nodes.
pub(crate) async fn run(args: &NodesArgs) -> Result<Exit, Fault> {
    let service = Service::new(&args.remote)?;
    let mut query = Vec::new();
    query.extend(args.pool.clone().map(|pool| ("pool", pool)));
    query.extend(args.state.clone().map(|state| ("state", state)));
    let answer = service.get(api::route::NODES, &[], &query).await?;
    if args.remote.json {
        say(&answer.json.to_string());
        return Ok(Exit::Succeeded);
    }
    let page: Page<Node> = answer.parse()?;
    let rows: Vec<_> = page.items.iter().map(row).collect();
    say(&table(&["ID", "POOL", "STATE", "WEIGHT", "SESSIONS", "ADDRESS", "RUN"], &rows));
    Ok(Exit::Succeeded)
}

fn row(node: &Node) -> Vec<String> {
    let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let text = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), plain);
    vec![
        plain(&node.id),
        text(&node.pool),
        node.state.as_str().to_owned(),
        number(node.weight.map(u64::from)),
        number(node.sessions),
        text(&node.address),
        text(&node.busy_run),
    ]
}
