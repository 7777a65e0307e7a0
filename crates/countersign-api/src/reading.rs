//! Reading what clients send: every fault is noted under its path, and none repeats a value.

use countersign::InvalidRequest;
use serde_json::{Map, Value};

use crate::strict;

/// Most characters of a property's name that a fault repeats.
const MAX_NAME: usize = 32;

/// Parses a body, and reads it.
pub(crate) fn body<T>(
    bytes: &[u8],
    read: impl FnOnce(&Value) -> Result<T, InvalidRequest>,
) -> Result<T, InvalidRequest> {
    read(&strict::parse(bytes)?)
}

/// A value and where it stands.
pub(crate) struct Place<'v> {
    value: &'v Value,
    path: String,
}

/// An object's properties and where it stands.
pub(crate) struct Properties<'v> {
    fields: &'v Map<String, Value>,
    path: String,
}

impl<'v> Place<'v> {
    /// The whole of a body.
    pub(crate) const fn root(value: &'v Value) -> Self {
        Self { value, path: String::new() }
    }

    /// Notes a fault here; the root's path is a dot.
    pub(crate) fn fault(&self, sentence: impl ToString, faults: &mut InvalidRequest) {
        note(&self.path, sentence, faults);
    }

    pub(crate) fn text(&self, faults: &mut InvalidRequest) -> Option<&'v str> {
        self.expect(self.value.as_str(), "value must be a string", faults)
    }

    pub(crate) fn flag(&self, faults: &mut InvalidRequest) -> Option<bool> {
        self.expect(self.value.as_bool(), "value must be a boolean", faults)
    }

    /// A whole number of any size, as its digits: what is in range is for the reader's types to say.
    pub(crate) fn integer(&self, faults: &mut InvalidRequest) -> Option<String> {
        let integer = self.value.as_number().filter(|number| !number.is_f64()).map(ToString::to_string);
        self.expect(integer, "value must be an integer", faults)
    }

    /// A text or number as the type that it stands for, or that type's own sentence as fault.
    pub(crate) fn parsed<T, E: ToString>(
        &self,
        parse: impl FnOnce(&str) -> Result<T, E>,
        faults: &mut InvalidRequest,
    ) -> Option<T> {
        let text = self.text(faults)?;
        parse(text).map_err(|error| self.fault(error.to_string(), faults)).ok()
    }

    pub(crate) fn items(&self, faults: &mut InvalidRequest) -> Option<impl ExactSizeIterator<Item = Self> + use<'v>> {
        let items = self.expect(self.value.as_array(), "value must be an array", faults)?;
        let path = self.path.clone();
        Some(items.iter().enumerate().map(move |(index, value)| Self { value, path: format!("{path}[{index}]") }))
    }

    /// The properties of an object of any names.
    pub(crate) fn map(&self, faults: &mut InvalidRequest) -> Option<Properties<'v>> {
        let fields = self.expect(self.value.as_object(), "value must be an object", faults)?;
        Some(Properties { fields, path: self.path.clone() })
    }

    /// The properties of an object that has these and no others (contract, section 2).
    pub(crate) fn object(&self, admitted: &[&str], faults: &mut InvalidRequest) -> Option<Properties<'v>> {
        let properties = self.map(faults)?;
        for name in properties.fields.keys().filter(|name| !admitted.contains(&name.as_str())) {
            // Anything else may be an address or a code that slipped into the wrong place.
            let plain = name.len() <= MAX_NAME && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
            let name = if plain { name } else { "…" };
            self.fault(format!("property \"{name}\" is unsupported"), faults);
        }
        Some(properties)
    }

    fn expect<T>(&self, found: Option<T>, sentence: &'static str, faults: &mut InvalidRequest) -> Option<T> {
        if found.is_none() {
            self.fault(sentence, faults);
        }
        found
    }
}

impl<'v> Properties<'v> {
    /// The property of that name; `null` is as good as absent.
    pub(crate) fn get(&self, name: &str) -> Option<Place<'v>> {
        let value = self.fields.get(name).filter(|value| !value.is_null())?;
        Some(Place { value, path: format!("{}.{name}", self.path) })
    }

    /// All properties, `null` among them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'v str, Place<'v>)> {
        let path = &self.path;
        self.fields.iter().map(move |(name, value)| (name.as_str(), Place { value, path: format!("{path}.*") }))
    }

    /// Notes a fault of the property of that name, or of the object itself when there is no name.
    pub(crate) fn fault(&self, name: &str, sentence: impl ToString, faults: &mut InvalidRequest) {
        let path = if name.is_empty() { self.path.clone() } else { format!("{}.{name}", self.path) };
        note(&path, sentence, faults);
    }

    pub(crate) fn text(&self, name: &str, faults: &mut InvalidRequest) -> Option<String> {
        self.get(name)?.text(faults).map(str::to_owned)
    }

    pub(crate) fn flag(&self, name: &str, faults: &mut InvalidRequest) -> Option<bool> {
        self.get(name)?.flag(faults)
    }

    /// A property of that name, read from its text.
    pub(crate) fn parsed<T, E: ToString>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        faults: &mut InvalidRequest,
    ) -> Option<T> {
        self.get(name)?.parsed(parse, faults)
    }

    /// A number of that name within its type's bounds.
    pub(crate) fn number<T: std::str::FromStr<Err = countersign::OutOfRange>>(
        &self,
        name: &str,
        faults: &mut InvalidRequest,
    ) -> Option<T> {
        let place = self.get(name)?;
        let digits = place.integer(faults)?;
        digits.parse().map_err(|error: countersign::OutOfRange| place.fault(error, faults)).ok()
    }

    /// The list of that name, each item by its reader; those that cannot be read are left out, their faults being
    /// noted.
    pub(crate) fn list<T>(
        &self,
        name: &str,
        read: impl Fn(&Place<'v>, &mut InvalidRequest) -> Option<T>,
        faults: &mut InvalidRequest,
    ) -> Option<Vec<T>> {
        let items = self.get(name)?.items(faults)?;
        Some(items.filter_map(|item| read(&item, faults)).collect())
    }
}

fn note(path: &str, sentence: impl ToString, faults: &mut InvalidRequest) {
    let path = if path.is_empty() { "." } else { path };
    faults.add(path.to_owned(), sentence.to_string());
}
