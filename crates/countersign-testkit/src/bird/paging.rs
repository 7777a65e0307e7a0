use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::refusal::{Faults, Refusal};

pub(super) type Parameters = BTreeMap<String, String>;

const DEFAULT_LIMIT: usize = 10;
const HIGHEST_LIMIT: usize = 1000;
const LONGEST_TOKEN: usize = 8000;

/// How a list says that there is no more: both ways are Bird's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastPage {
    WithoutToken,
    WithEmptyToken,
}

/// The page of the list that the query asks for. Its token names the last item, so that others may come and go.
pub(super) fn page(query: &Parameters, mut all: Vec<(Uuid, Value)>, last: LastPage) -> Result<Value, Refusal> {
    let mut faults = Faults::default();
    let limit = limit(query, &mut faults);
    match query.get("reverse").map(String::as_str) {
        None | Some("false") => {}
        Some("true") => all.reverse(),
        Some(_) => faults.add(".reverse", "value must be a boolean"),
    }
    let begins = match query.get("pageToken").map(String::as_str) {
        None | Some("") => 0,
        Some(token) if token.len() > LONGEST_TOKEN => {
            faults.add(".pageToken", format!("maximum string length is {LONGEST_TOKEN}"));
            0
        }
        Some(token) => {
            let after = token.parse().ok().map(|flipped: Uuid| Uuid::from_u128(!flipped.as_u128()));
            match all.iter().position(|(id, _)| Some(*id) == after) {
                Some(place) => place + 1,
                None => {
                    faults.add(".pageToken", "the token is not valid");
                    0
                }
            }
        }
    };
    if !faults.is_empty() {
        return Err(Refusal::invalid(&faults));
    }
    let more = all.len() > begins + limit;
    let results: Vec<_> = all.into_iter().skip(begins).take(limit).collect();
    let next = results.last().filter(|_| more).map(|(id, _)| Uuid::from_u128(!id.as_u128()).simple().to_string());
    let mut page = json!({ "results": results.into_iter().map(|(_, item)| item).collect::<Vec<_>>() });
    match (next, last) {
        (Some(next), _) => page["nextPageToken"] = json!(next),
        (None, LastPage::WithEmptyToken) => page["nextPageToken"] = json!(""),
        (None, LastPage::WithoutToken) => {}
    }
    Ok(page)
}

fn limit(query: &Parameters, faults: &mut Faults) -> usize {
    let Some(limit) = query.get("limit") else { return DEFAULT_LIMIT };
    match limit.parse() {
        Ok(0) => faults.add(".limit", "number must be at least 1"),
        Ok(limit) if limit > HIGHEST_LIMIT => faults.add(".limit", format!("number must be at most {HIGHEST_LIMIT}")),
        Ok(limit) => return limit,
        Err(_) => faults.add(".limit", "value must be an integer"),
    }
    DEFAULT_LIMIT
}
