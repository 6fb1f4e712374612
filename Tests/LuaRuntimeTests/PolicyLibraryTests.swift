import Ambience
import LuaRuntime
import Testing

@Suite("The string and table functions of policies")
struct PolicyLibraryTests {
  /// Programs whose values must be the same with the stock functions and with those of policies.
  private static let programs = [
    "return ('hello world'):find('o w')", "return ('a.b'):find('.', 2, true)", "return ('abc'):find('b', -1)",
    "return ('key = value'):match('^(%w+)%s*=%s*(%w+)$')", "return ('THE (quick) fox'):find('%((%a+)%)')",
    "return ('f(a(b)c)d'):match('%b()')", "return ('THE (quick) fox'):gsub('%f[%a]%a+', string.lower)",
    "return ('abc'):gsub('%w', '%0%0')", "return ('hello'):gsub('', '-')", "return ('abc'):gsub('b*', 'x')",
    "return ('$name is $what'):gsub('%$(%w+)', {name = 'Lua', what = false})",
    "return ('a,b,,c'):gsub(',', ';', 2)", "return ('()'):match('()%(()')", "return ('aaa'):match('a-b')",
    "return ('2026-11-28'):match('(%d+)-(%d+)-(%d+)')", "return ('\\0a\\0'):find('%z')",
    "return ('x^y'):match('[%^x]+')", "return ('a-z'):match('[a%-]+')", "return ('abab'):match('(ab)%1')",
    "local t = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do t[#t + 1] = k .. v end return table.concat(t)",
    "local t = {} for w in ('one two'):gmatch('%a*') do t[#t + 1] = w end return table.concat(t, ';')",
    "return pcall(string.find, 'a', '[a')", "return pcall(string.find, 'a', '%')",

    "return pcall(string.match, 'a', 'a)')", "return ('ab'):rep(3, '-'), (''):rep(5), ('a'):rep(-1)",
    "local t = {3, 1, 2} table.sort(t) return table.concat(t, ',')", "return pcall(table.sort, {1, 'a'})",
    "local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return table.concat(t, ',')",
    "return pcall(string.rep)",
    "return string.pack('i4z', 7, 'a'), string.unpack('i4', '\\1\\0\\0\\0')",
    "return utf8.char(228, 246), utf8.len('äö')", "return pcall(utf8.len)",
    "local t = {1, 2, 3} table.insert(t, 2, 9) table.remove(t, 1) table.move(t, 1, 2, 5) return t[1], t[3], t[5]",
  ]

  @Test("find, match, gmatch and gsub are Lua's own", arguments: programs)
  func same(program: String) async throws {
    let stock = try await Lua.quick().show(program)
    let lua = Lua(level: .policy, ambient: Clock().ambient, output: { _ in })
    #expect(try await lua.show(program) == stock)
  }

  /// Programs that would be at it for years, in C.
  private static let bombs = [
    "return ('a'):rep(30):find(('a?'):rep(30) .. ('a'):rep(30))",
    "return ('a'):rep(3000):match('.-.-.-.-.-b')",
    "return ('a'):rep(3000):gsub('.-.-.-.-b', '')",
    "for _ in ('a'):rep(3000):gmatch('.*.*.*.*b') do end",
    "pcall(string.find, ('('):rep(100000), '.-%b().-%b().-%b()x') while true do end",
    "local t = {} for i = 1, 200000 do t[i] = i * 7919 % 200003 end while true do table.sort(t) t[1] = -t[1] end",
  ]

  @Test("a pattern that takes too long is stopped with the script", arguments: bombs)
  func bomb(program: String) async throws {
    let lua = Lua(level: .policy, burst: .milliseconds(20), ambient: Clock().ambient, output: { _ in })
    let error = await #expect(throws: LuaError.self) { try await lua.run(program, name: "=bomb") }
    #expect(error?.code == .timeout)
  }

  @Test(
    "loops in C that no stop reaches are refused or made short",
    arguments: [
      (
        "table.insert(setmetatable({}, {__len = function() return 1 << 40 end}), 1, 0)",
        "the table is too long"
      ),
      ("table.remove(setmetatable({}, {__len = function() return 1 << 40 end}), 1)", "the table is too long"),
      ("table.move({}, 1, 1 << 40, 2)", "too many elements to move"),
      ("string.rep('x', 1 << 21)", "resulting string too large"),
      ("string.rep('', 1 << 21, 'x')", "resulting string too large"),
      ("string.packsize(('x'):rep(5000))", "the format is too long"),
      ("utf8.len((('x'):rep(1 << 20)) .. 'x')", "the text is too long"),
      ("local t = {} for i = 1, 5000 do t[i] = 65 end utf8.char(table.unpack(t))", "too many characters"),
    ])
  func limits(program: String, message: String) async throws {
    let lua = Lua(level: .policy, ambient: Clock().ambient, output: { _ in })
    let error = await #expect(throws: LuaError.self) { try await lua.run(program) }
    #expect(error?.message.hasSuffix(message) ?? false)
    #expect(try await lua.show("return #string.rep('', 1 << 60)") == "0")
  }

  @Test("no more is moved than there is memory for")
  func moves() async throws {
    let lua = Lua(level: .policy, memoryLimit: 1 << 20, ambient: Clock().ambient, output: { _ in })
    let error = await #expect(throws: LuaError.self) {
      try await lua.run("table.move({}, 1, 100000, 2)")
    }
    #expect(error?.message.hasSuffix("too many elements to move") ?? false)
    #expect(try await lua.show("return #table.move({1, 2, 3}, 1, 3, 2)") == "4")
  }
}
