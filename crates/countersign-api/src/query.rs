use std::fmt;

use countersign::Timestamp;
use countersign::store::{Limit, Order};

use crate::instant;
use crate::invalid::{InvalidRequest, range};

/// Which page of a workspace's verifications, as the query of `GET …/verify` says it (contract, section 2).
///
/// The default is the ten newest. `Debug` leaves the page token out.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// At most so many; 10 unless said.
    pub limit: Option<Limit>,
    /// Where to go on: [`RecordPage::next_page_token`](crate::RecordPage::next_page_token) of the page before, whose
    /// order and times this query repeats.
    pub page_token: Option<String>,
    /// Newest or oldest first.
    pub order: Order,
    /// Only those created at this time or later.
    pub start_at: Option<Timestamp>,
    /// Only those created before this time.
    pub end_at: Option<Timestamp>,
}

impl ListQuery {
    /// Most characters of a page token.
    pub const MAX_PAGE_TOKEN: usize = 8000;

    /// Reads the names and values of a URL's query, already decoded. Other names are passed over, and an empty page
    /// token is none.
    ///
    /// # Errors
    /// [`InvalidRequest`] with every fault under its path, a name that is given twice among them.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, InvalidRequest> {
        let mut faults = InvalidRequest::default();
        let mut query = Self::default();
        let mut seen = Vec::new();
        for (name, value) in pairs {
            let Some((path, read)) = reader(name) else { continue };
            if seen.contains(&path) {
                faults.add(path, "the parameter is given twice: give it once");
                continue;
            }
            seen.push(path);
            if let Err(sentence) = read(&mut query, value) {
                faults.add(path, sentence);
            }
        }
        faults.into_result(query)
    }

    /// The names and values for a URL's query, still to be encoded: only what differs from the default.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let reverse = (self.order == Order::OldestFirst).then(|| "true".to_owned());
        let pairs = [
            ("limit", self.limit.map(|limit| limit.to_string())),
            ("pageToken", self.page_token.clone()),
            ("reverse", reverse),
            ("startAt", self.start_at.map(|at| at.to_string())),
            ("endAt", self.end_at.map(|at| at.to_string())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

type Read = fn(&mut ListQuery, &str) -> Result<(), String>;

fn reader(name: &str) -> Option<(&'static str, Read)> {
    let reader: (&str, Read) = match name {
        "limit" => (".limit", |query, text| {
            query.limit = Some(text.parse().map_err(range::sentence)?);
            Ok(())
        }),
        "pageToken" => (".pageToken", |query, text| {
            if text.len() > ListQuery::MAX_PAGE_TOKEN {
                return Err(format!("maximum string length is {}", ListQuery::MAX_PAGE_TOKEN));
            }
            query.page_token = Some(text.to_owned()).filter(|token| !token.is_empty());
            Ok(())
        }),
        "reverse" => (".reverse", |query, text| {
            query.order = match text {
                "true" => Order::OldestFirst,
                "false" => Order::NewestFirst,
                _ => return Err("value must be true or false".to_owned()),
            };
            Ok(())
        }),
        "startAt" => (".startAt", |query, text| time(text).map(|at| query.start_at = Some(at))),
        "endAt" => (".endAt", |query, text| time(text).map(|at| query.end_at = Some(at))),
        _ => return None,
    };
    Some(reader)
}

fn time(text: &str) -> Result<Timestamp, String> {
    let sentence = "value must be a time of RFC 3339, as in 2026-01-31T12:00:00Z";
    instant::parse(text).ok_or_else(|| sentence.to_owned())
}

impl fmt::Debug for ListQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListQuery")
            .field("limit", &self.limit)
            .field("order", &self.order)
            .field("start_at", &self.start_at)
            .field("end_at", &self.end_at)
            .finish_non_exhaustive()
    }
}
