//! Reading what clients send: every fault is noted under its path, and none repeats a value.

use std::fmt;

use crate::invalid::{InvalidRequest, range};
use crate::json::{self, Json};

/// Most characters of a property's name that a fault repeats.
const MAX_NAME: usize = 32;

/// Parses a body, and reads it.
pub(crate) fn body<T>(
    bytes: &[u8],
    read: impl FnOnce(&Json<'_>) -> Result<T, InvalidRequest>,
) -> Result<T, InvalidRequest> {
    read(&json::parse(bytes)?)
}

/// Where something stands, written out only when there is something to say of it.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root,
    Property(&'p Self, &'p str),
    /// Of any name, which is not told: it is the client's.
    Any(&'p Self),
    Item(&'p Self, usize),
}

/// A value and where it stands.
pub(crate) struct Place<'p, 'v> {
    value: &'v Json<'v>,
    path: Path<'p>,
}

/// An object's properties and where it stands.
pub(crate) struct Properties<'p, 'v> {
    fields: &'v [(std::borrow::Cow<'v, str>, Json<'v>)],
    path: Path<'p>,
}

impl<'v> Place<'static, 'v> {
    /// The whole of a body.
    pub(crate) const fn root(value: &'v Json<'v>) -> Self {
        Self { value, path: Path::Root }
    }
}

impl<'p, 'v> Place<'p, 'v> {
    /// Notes a fault here; the root's path is a dot.
    pub(crate) fn fault(&self, sentence: impl ToString, faults: &mut InvalidRequest) {
        faults.add(self.path.to_string(), sentence.to_string());
    }

    pub(crate) fn text(&self, faults: &mut InvalidRequest) -> Option<&'v str> {
        let text = if let Json::Text(text) = self.value { Some(&**text) } else { None };
        self.expect(text, "value must be a string", faults)
    }

    pub(crate) fn flag(&self, faults: &mut InvalidRequest) -> Option<bool> {
        let flag = if let Json::Flag(flag) = self.value { Some(*flag) } else { None };
        self.expect(flag, "value must be a boolean", faults)
    }

    /// A whole number of any size, as its digits: what is in range is for the reader's types to say.
    pub(crate) fn integer(&self, faults: &mut InvalidRequest) -> Option<String> {
        let number = if let Json::Number(number) = self.value { Some(number) } else { None };
        let integer = number.filter(|number| !number.is_f64()).map(ToString::to_string);
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

    pub(crate) fn items<'s>(
        &'s self,
        faults: &mut InvalidRequest,
    ) -> Option<impl ExactSizeIterator<Item = Place<'s, 'v>> + use<'s, 'p, 'v>> {
        let items = if let Json::List(items) = self.value { Some(items) } else { None };
        let items = self.expect(items, "value must be an array", faults)?;
        Some(items.iter().enumerate().map(|(index, value)| Place { value, path: Path::Item(&self.path, index) }))
    }

    /// The properties of an object of any names.
    pub(crate) fn map(&self, faults: &mut InvalidRequest) -> Option<Properties<'p, 'v>> {
        let fields = if let Json::Object(fields) = self.value { Some(fields) } else { None };
        let fields = self.expect(fields, "value must be an object", faults)?;
        Some(Properties { fields, path: self.path })
    }

    /// The properties of an object that has these and no others (contract, section 2).
    pub(crate) fn object(&self, admitted: &[&str], faults: &mut InvalidRequest) -> Option<Properties<'p, 'v>> {
        let properties = self.map(faults)?;
        for (name, _) in properties.fields.iter().filter(|(name, _)| !admitted.contains(&&**name)) {
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

impl<'v> Properties<'_, 'v> {
    /// The property of that name; `null` is as good as absent.
    pub(crate) fn get<'s>(&'s self, name: &'s str) -> Option<Place<'s, 'v>> {
        let (_, value) = self.fields.iter().find(|(known, _)| known == name)?;
        if let Json::Null = value { None } else { Some(Place { value, path: Path::Property(&self.path, name) }) }
    }

    /// All properties, `null` among them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'v str, Place<'_, 'v>)> {
        self.fields.iter().map(|(name, value)| (&**name, Place { value, path: Path::Any(&self.path) }))
    }

    /// Notes a fault of the property of that name, or of the object itself when there is no name.
    pub(crate) fn fault(&self, name: &str, sentence: impl ToString, faults: &mut InvalidRequest) {
        let path = if name.is_empty() { self.path } else { Path::Property(&self.path, name) };
        faults.add(path.to_string(), sentence.to_string());
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
        digits.parse().map_err(|error| place.fault(range::sentence(error), faults)).ok()
    }

    /// The list of that name, each item by its reader; those that cannot be read are left out, their faults being
    /// noted.
    pub(crate) fn list<T>(
        &self,
        name: &str,
        read: impl Fn(&Place<'_, 'v>, &mut InvalidRequest) -> Option<T>,
        faults: &mut InvalidRequest,
    ) -> Option<Vec<T>> {
        let place = self.get(name)?;
        let items = place.items(faults)?;
        Some(items.filter_map(|item| read(&item, faults)).collect())
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("."),
            Self::Property(Self::Root, name) => write!(f, ".{name}"),
            Self::Property(parent, name) => write!(f, "{parent}.{name}"),
            Self::Any(Self::Root) => f.write_str(".*"),
            Self::Any(parent) => write!(f, "{parent}.*"),
            Self::Item(Self::Root, index) => write!(f, "[{index}]"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
