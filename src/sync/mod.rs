//! The sync state machine.
