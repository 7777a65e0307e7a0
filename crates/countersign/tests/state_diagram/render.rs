use std::collections::BTreeMap;

use countersign::{AttemptStatus, VerificationStatus};

use crate::explore::{Edge, Edges};

/// Both pictures, as they stand in the page.
pub(crate) fn pictures(edges: &Edges) -> String {
    let verification = VerificationStatus::ALL.map(|status| (status.as_str(), status.is_final()));
    let attempt = [
        (AttemptStatus::Prepared, false),
        (AttemptStatus::Accepted, false),
        (AttemptStatus::Sent, false),
        (AttemptStatus::SendingFailed, false),
        (AttemptStatus::DeliveryFailed, false),
        (AttemptStatus::Delivered, true),
    ]
    .map(|(status, last)| (status.as_str(), last));
    format!(
        "A verification:\n\n{}\n\nA message of it:\n\n{}",
        picture(&verification, &edges.verification),
        picture(&attempt, &edges.attempt),
    )
}

/// One picture: an arrow for every pair of statuses, with everything that leads from the one to the other.
fn picture<'a>(order: &[(&'a str, bool)], edges: impl IntoIterator<Item = &'a Edge>) -> String {
    let place = |name: &str| order.iter().position(|(status, _)| *status == name).expect("a known status");
    let mut arrows: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for Edge { from, to, cause } in edges {
        // Starts come first, then the arrows by where they leave and where they lead.
        let key = (from.as_deref().map(place), place(to));
        arrows.entry(key).or_default().push(cause);
    }
    let mut lines = vec!["```mermaid".to_owned(), "stateDiagram-v2".to_owned()];
    for ((from, to), mut causes) in arrows {
        causes.sort_unstable();
        let from = from.map_or("[*]", |from| order[from].0);
        lines.push(format!("    {from} --> {}: {}", order[to].0, causes.join(", ")));
    }
    lines.extend(order.iter().filter(|(_, last)| *last).map(|(status, _)| format!("    {status} --> [*]")));
    lines.push("```".to_owned());
    lines.join("\n")
}
