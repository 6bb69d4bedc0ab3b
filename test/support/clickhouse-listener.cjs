// Turns this process into a ClickHouse with an HTTP listener: node clickhouse-listener.cjs DIRECTORY PORT [--option=value…]
// The library that chdb brings holds a whole server. Its command line is entered at the process's very end (on_exit), because it
// needs the stack of the main thread, which Node has left by then. It serves for as long as the statement at the end runs.
'use strict'
const path = require('node:path')
const koffi = require('koffi')

const [, , directory, port, ...options] = process.argv
const serve = 'SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM numbers(1000000000) SETTINGS max_block_size=1, max_execution_time=0 FORMAT Null'
const commandLine = ['clickhouse', `--path=${directory}`, `--http_port=${port}`, '--listen_host=127.0.0.1', ...options, '--query', serve]

const libc = koffi.load('libc.so.6')
const open = libc.func('void *dlopen(const char *file, int flags)')
const symbol = libc.func('void *dlsym(void *handle, const char *name)')
const allocate = libc.func('void *malloc(size_t size)')
const duplicate = libc.func('void *strdup(const char *text)')
const copy = libc.func('void *memcpy(void *to, const void *from, size_t size)')
const atExit = libc.func('int on_exit(void *entry, void *argument)')

const lazyGlobal = 0x101 // RTLD_LAZY | RTLD_GLOBAL
const library = path.join(path.dirname(require.resolve(`@chdb/lib-linux-${process.arch}-gnu`)), 'libchdb.so')
const entry = symbol(open(library, lazyGlobal), 'chdb_query_cmdline')

const pointers = Buffer.alloc(8 * (commandLine.length + 1))
for (const [position, text] of commandLine.entries()) pointers.writeBigUInt64LE(BigInt(koffi.address(duplicate(text))), position * 8)
const argv = allocate(pointers.length)
copy(argv, pointers, pointers.length)
// on_exit calls entry(status, argument): the exit status is argc.
atExit(entry, argv)
process.reallyExit(commandLine.length)
