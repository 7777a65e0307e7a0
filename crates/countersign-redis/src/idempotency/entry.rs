/// The value of a key: a letter, the seal of the request, and the rest.
#[derive(PartialEq, Eq)]
pub(super) enum Entry {
    /// `R`, the seal in 16 bytes, the claim in 16 bytes.
    Running { seal: [u8; 16], claim: [u8; 16] },
    /// `A`, the seal in 16 bytes, the response.
    Answered { seal: [u8; 16], response: Vec<u8> },
}

impl Entry {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Running { seal, claim } => [b"R".as_slice(), seal, claim].concat(),
            Self::Answered { seal, response } => [b"A".as_slice(), seal, response].concat(),
        }
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (letter, rest) = bytes.split_first()?;
        let (seal, rest) = rest.split_first_chunk()?;
        match letter {
            b'R' => Some(Self::Running { seal: *seal, claim: rest.try_into().ok()? }),
            b'A' => Some(Self::Answered { seal: *seal, response: rest.to_vec() }),
            _ => None,
        }
    }
}
