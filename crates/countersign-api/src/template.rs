use std::fmt;

use countersign::Template;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::invalid::InvalidRequest;
use crate::json::Json;
use crate::reading::Place;

mod read;
mod write;

pub(crate) use read::read_sent;

/// The template of a step, exactly as the service shows it, with whatever a later version of it may have in it.
///
/// What was not said is absent. `Debug` shows the names of its properties only.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TemplateRecord(Map<String, Value>);

impl TemplateRecord {
    /// Returns its properties.
    #[must_use]
    pub const fn properties(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Returns it as the core's type; `None` when it has something that the core does not know.
    #[must_use]
    pub fn template(&self) -> Option<Template> {
        let value = Json::deserialize(&self.0).ok()?;
        let mut faults = InvalidRequest::default();
        let template = read::read_shown(&Place::root(&value), &mut faults);
        faults.into_result(template).ok()?
    }
}

impl From<&Template> for TemplateRecord {
    fn from(template: &Template) -> Self {
        Self(write::template(template))
    }
}

impl fmt::Debug for TemplateRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TemplateRecord")?;
        f.debug_list().entries(self.0.keys()).finish()
    }
}
