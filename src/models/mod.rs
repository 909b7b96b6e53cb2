//! The scoring models that ship with Warmlead.
