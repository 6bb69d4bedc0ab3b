export default function Tower() { return null; }
