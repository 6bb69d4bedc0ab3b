/** Where webhooks may not call. */
import { expect, test } from 'vitest'
import { isPublicAddress, resolveAllowed, urlProblem } from '#app/webhooks/guard.ts'

test.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fc00::1', 'fd00:ec2::254', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'ff02::1', 'nonsense', ''])('%s is not the open internet', address => {
  expect(isPublicAddress(address)).toBe(false)
})
test.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])('%s is', address => {
  expect(isPublicAddress(address)).toBe(true)
})
test('a name for this machine is refused, also written as a number', async () => {
  await expect(resolveAllowed('localhost', false)).rejects.toThrow('private')
  expect(urlProblem('https://2130706433/', false)).toBe('It is a private address.')
  expect(urlProblem('https://0x7f.1/', false)).toBe('It is a private address.')
  expect(urlProblem('https://[::ffff:127.0.0.1]/', false)).toBe('It is a private address.')
  expect(urlProblem('http://example.com/', false)).toBe('It must begin with https://.')
  expect(urlProblem('https://user:pass@example.com/', false)).not.toBeNull()
  expect(urlProblem('file:///etc/passwd', true)).not.toBeNull()
  expect(urlProblem('https://example.com/hook', false)).toBeNull()
})
