//! AES-256-GCM by `ring`, under the names by which the `cookie` crate calls `aes-gcm` 0.9. Encrypts nothing itself.

use aead::{Aead, AeadInPlace, Error, NewAead, Payload};
use generic_array::{typenum, GenericArray};
use ring::aead as by_ring;

pub struct Aes256Gcm(by_ring::LessSafeKey);

pub mod aead {
    pub use generic_array;
    use generic_array::{typenum, GenericArray};

    #[derive(Debug)]
    pub struct Error;

    pub struct Payload<'a> {
        pub msg: &'a [u8],
        pub aad: &'a [u8],
    }

    pub trait NewAead {
        fn new(key: &GenericArray<u8, typenum::U32>) -> Self;
    }

    pub trait Aead {
        fn decrypt(&self, nonce: &GenericArray<u8, typenum::U12>, payload: Payload) -> Result<Vec<u8>, Error>;
    }

    pub trait AeadInPlace {
        fn encrypt_in_place_detached(
            &self,
            nonce: &GenericArray<u8, typenum::U12>,
            aad: &[u8],
            in_out: &mut [u8],
        ) -> Result<GenericArray<u8, typenum::U16>, Error>;
    }
}

fn ring_nonce(nonce: &GenericArray<u8, typenum::U12>) -> by_ring::Nonce {
    by_ring::Nonce::assume_unique_for_key((*nonce).into())
}

impl NewAead for Aes256Gcm {
    fn new(key: &GenericArray<u8, typenum::U32>) -> Self {
        Self(by_ring::LessSafeKey::new(by_ring::UnboundKey::new(&by_ring::AES_256_GCM, key).expect("32 bytes")))
    }
}

impl Aead for Aes256Gcm {
    fn decrypt(&self, nonce: &GenericArray<u8, typenum::U12>, payload: Payload) -> Result<Vec<u8>, Error> {
        let mut in_out = payload.msg.to_vec();
        let plain = self.0.open_in_place(ring_nonce(nonce), by_ring::Aad::from(payload.aad), &mut in_out);
        plain.map(|plain| plain.to_vec()).map_err(|_| Error)
    }
}

impl AeadInPlace for Aes256Gcm {
    fn encrypt_in_place_detached(
        &self,
        nonce: &GenericArray<u8, typenum::U12>,
        aad: &[u8],
        in_out: &mut [u8],
    ) -> Result<GenericArray<u8, typenum::U16>, Error> {
        let tag = self.0.seal_in_place_separate_tag(ring_nonce(nonce), by_ring::Aad::from(aad), in_out);
        tag.map(|tag| GenericArray::clone_from_slice(tag.as_ref())).map_err(|_| Error)
    }
}
