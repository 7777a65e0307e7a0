//! Templates of providers, with the code filled in.

use std::fmt;

use countersign::{Parameter, Platform, Template};
use zeroize::Zeroize as _;

/// A copy of a step's template that holds the code.
///
/// It cannot be cloned or printed, its `Debug` is redacted, and what was filled in is wiped when dropped.
///
/// ```compile_fail
/// fn leak(filled: &countersign_messages::FilledTemplate) -> countersign_messages::FilledTemplate { filled.clone() }
/// ```
pub struct FilledTemplate {
    template: Template,
    key: Box<str>,
}

impl FilledTemplate {
    /// Puts the code under that key: for email among the `variables` (contract, section 2), for any other platform among
    /// the `parameters`. A parameter of that key that is there already gets it on every platform.
    pub(crate) fn new(template: &Template, platform: &Platform, key: &str, code: &str) -> Self {
        let mut template = template.clone();
        let as_variable = match platform {
            Platform::Email => true,
            Platform::Sms | Platform::WhatsApp | Platform::Custom(_) => false,
            // The core may learn more platforms: they get what providers of messages commonly take.
            _ => false,
        };
        let is_named = |parameter: &&mut Parameter| parameter.key.as_deref() == Some(key);
        if let Some(parameter) = template.parameters.iter_mut().flatten().find(is_named) {
            parameter.kind = Some("string".to_owned());
            parameter.value = Some(code.to_owned());
        } else if !as_variable {
            let (kind, key) = (Some("string".to_owned()), Some(key.to_owned()));
            let parameter = Parameter { kind, key, value: Some(code.to_owned()) };
            template.parameters.get_or_insert_default().push(parameter);
        }
        if as_variable {
            template.variables.get_or_insert_default().insert(key.to_owned(), code.to_owned());
        }
        Self { template, key: key.into() }
    }

    /// The template, to hand to the provider and nowhere else.
    #[must_use]
    pub const fn expose(&self) -> &Template {
        &self.template
    }
}

impl Drop for FilledTemplate {
    fn drop(&mut self) {
        let Self { template, key } = self;
        for parameter in template.parameters.iter_mut().flatten() {
            if parameter.key.as_deref() == Some(&**key) {
                parameter.value.zeroize();
            }
        }
        if let Some(code) = template.variables.as_mut().and_then(|variables| variables.get_mut(&**key)) {
            code.zeroize();
        }
    }
}

impl fmt::Debug for FilledTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilledTemplate({}, redacted)", self.template.name.as_deref().unwrap_or("unnamed"))
    }
}
