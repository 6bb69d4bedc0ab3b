import { type ReactNode, useId } from "react";
import { Area, CartesianGrid, ComposedChart, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount } from "../format/money.ts";
import { formatClock, formatDay, formatExact } from "../format/time.ts";
import { type ChartPoint, type ChartSeries, missingRuns, standsAlone } from "./series.ts";

interface LineDrawingProps {
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  height: number;
  zone: string;
}

/** The picture itself; loaded on its own (see LineChart). */
export default function LineDrawing({ series, points, height, zone }: LineDrawingProps): ReactNode {
  const hatch = useId();
  const data = points.map((point) => ({ at: point.at, ...point.values }));
  const gaps = missingRuns(points);
  const first = points[0]?.at ?? "";
  const last = points.at(-1)?.at ?? "";
  // Beyond a day and a half the clock alone would be read as today's.
  const days = Date.parse(last) - Date.parse(first) > 36 * 3_600_000;
  const tick = (at: string): string => (days ? formatDay(at, zone, last) : formatClock(at, zone)) ?? "";
  return (
    <ResponsiveContainer width="100%" height={height}>
      <ComposedChart data={data} margin={{ top: 6, right: 4, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" fill="var(--unknown-soft)" />
            <path d="M0 0v6" stroke="var(--unknown-fill)" strokeWidth="1.4" />
          </pattern>
        </defs>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis dataKey="at" tickFormatter={tick} tickLine={false} axisLine={{ stroke: "var(--line-2)" }} minTickGap={48} height={18} />
        <YAxis width={46} tickLine={false} axisLine={false} tickCount={3} allowDecimals={false} tickFormatter={(value: number) => formatCount(Math.round(value))} />
        <Tooltip isAnimationActive={false} cursor={{ stroke: "var(--edge)" }} labelFormatter={(at) => formatExact(String(at), zone) ?? ""} contentStyle={{ background: "var(--surface)", border: "1px solid var(--line-2)", borderRadius: 6, font: "500 12px/16px var(--font)", color: "var(--ink)" }} itemStyle={{ color: "var(--ink-2)", padding: 0 }} />
        {gaps.map(([from, to]) => (
          <ReferenceArea key={from} x1={points[Math.max(0, from - 1)]?.at ?? ""} x2={points[Math.min(points.length - 1, to + 1)]?.at ?? ""} fill={`url(#${hatch})`} fillOpacity={0.6} />
        ))}
        {series.map((one) => (
          <Area key={one.key} dataKey={one.key} name={one.label} type="linear" stroke={one.color} strokeWidth={1.75} strokeDasharray={one.dashed ? "4 3" : undefined} fill={one.color} fillOpacity={one.filled ? 0.1 : 0} isAnimationActive={false} connectNulls={false} dot={({ cx, cy, index }: { cx?: number; cy?: number; index: number }) => (standsAlone(points, one.key, index) ? <circle key={index} cx={cx} cy={cy} r={2} fill={one.color} /> : <g key={index} />)} activeDot={{ r: 3, stroke: "var(--surface)" }} />
        ))}
      </ComposedChart>
    </ResponsiveContainer>
  );
}
