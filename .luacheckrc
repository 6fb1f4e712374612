std = "lua54"
read_globals = { "kiln", "help" }
max_line_length = 120
-- Stubs declare what Swift defines: their functions are empty.
files["stdlib/meta"] = { ignore = { "1..", "2..", "3..", "631" } }
-- Examples find their names on a stage of their own, and some only show what there is.
files["stdlib/kiln/examples.lua"] = { ignore = { "1..", "2..", "3..", "4..", "512", "631" } }
-- Policy plugins have what they declare with, and no kiln.
files["scripts/policies"] = { read_globals = { "ha" } }
