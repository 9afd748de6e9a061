//! motion-capture formats to Motion and back.
