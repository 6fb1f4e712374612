std = "lua54"
read_globals = { "kiln", "help" }
max_line_length = 120
-- Stubs declare what Swift defines: their functions are empty.
files["stdlib/meta"] = { ignore = { "1..", "2..", "3..", "631" } }
