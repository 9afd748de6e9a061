//! what happens in a motion: contacts, balance, coupling, segments, quality.
