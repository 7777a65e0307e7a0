//! A page of an engine's verifications, bounded in bytes as well as in number.

use std::io::{self, Write};

use countersign::store::{Limit, Query};
use countersign::{Engine, EngineError, VerificationId, WorkspaceId};

use crate::record::{Record, RecordPage};

/// How many are read before it is known how large they are.
const FIRST: usize = 25;

/// Reads a page, and returns what the next one goes on behind; none when there is no more.
///
/// It asks the store for as many at a time as are likely to fit, so that large records are not read to be dropped.
pub(crate) async fn read(
    engine: &Engine,
    workspace: WorkspaceId,
    query: Query,
) -> Result<(Vec<Record>, Option<VerificationId>), EngineError> {
    let (now, most) = (engine.now(), query.limit.get());
    let (mut results, mut bytes, mut after) = (Vec::new(), 0, query.after);
    loop {
        let limit = likely(results.len(), bytes).min(most - results.len());
        // From one to what was asked for: always within the bounds.
        let limit = Limit::new(limit).unwrap_or(Limit::MIN);
        let page = Engine::list(engine, workspace, &Query { after, limit, ..query }).await?;
        for verification in &page.verifications {
            let record = Record::new(verification, now);
            bytes += length(&record);
            if bytes > RecordPage::MAX_BYTES && !results.is_empty() {
                return Ok((results, after));
            }
            results.push(record);
            after = Some(verification.id());
        }
        match page.next {
            Some(next) if results.len() < most && bytes < RecordPage::MAX_BYTES => after = Some(next),
            next => return Ok((results, next)),
        }
    }
}

/// Estimates how many more records fit, from the number and the bytes of those before; at least one.
const fn likely(count: usize, bytes: usize) -> usize {
    if count == 0 {
        return FIRST;
    }
    let left = RecordPage::MAX_BYTES.saturating_sub(bytes) * count;
    // One more than fit ends the page without another question.
    1 + left / if bytes == 0 { 1 } else { bytes }
}

/// The bytes of a record as JSON.
fn length(record: &Record) -> usize {
    let mut counted = Counted(0);
    // Texts, numbers and lists of them can always be written.
    let _ = serde_json::to_writer(&mut counted, record);
    counted.0
}

struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
