use std::fmt;

use countersign::Template;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The template of a step, exactly as the service shows it, with whatever a later version of it may have in it.
///
/// What was not said is absent. `Debug` shows the names of its properties only.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TemplateRecord(Map<String, Value>);

impl TemplateRecord {
    /// Its properties.
    #[must_use]
    pub const fn properties(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The same as the core's; none when there is something in it that the core does not know.
    #[must_use]
    pub fn template(&self) -> Option<Template> {
        serde_json::from_value(Value::Object(self.0.clone())).ok()
    }
}

impl From<&Template> for TemplateRecord {
    fn from(template: &Template) -> Self {
        // A template is texts, flags and lists of them: it always is an object, and nothing in it can fail.
        match serde_json::to_value(template) {
            Ok(Value::Object(mut properties)) => {
                drop_absent(&mut properties);
                Self(properties)
            }
            Ok(_) | Err(_) => Self::default(),
        }
    }
}

impl fmt::Debug for TemplateRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TemplateRecord")?;
        f.debug_list().entries(self.0.keys()).finish()
    }
}

fn drop_absent(properties: &mut Map<String, Value>) {
    properties.retain(|_, value| !value.is_null());
    for value in properties.values_mut() {
        match value {
            Value::Object(inner) => drop_absent(inner),
            Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).for_each(drop_absent),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
