std = "lua54"
read_globals = { "kiln", "help" }
max_line_length = 120
files["stdlib/meta"] = { ignore = { "112", "111", "113", "121", "122", "131", "211", "212", "631" } }
