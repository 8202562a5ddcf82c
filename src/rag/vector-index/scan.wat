;; The inner loops of unit-vector.ts and of packed-vectors.ts, which says what lies where. This makes scan.wasm of it:
;; `npx -p wabt@1.0.39 wat2wasm --enable-relaxed-simd scan.wat`.
;;
;; Vectors lie in segments of 1,024 slots, all of one stride:
;;   0     mask: a bit for each slot that may be found
;;   128   distances: u16 for each slot, 0xffff for what the mask leaves out
;;   2176  bits, a block for every 32 slots: of each byte of their rows, in turn, that of the first slot to the last
;;         codes, a row for each slot: the inverse of their norm (f32), and after 16 bytes the codes (i8)
(module
	(memory (export "memory") 2)

	;; Makes 16-bit codes of numbers (f32), of a multiple of eight: relative to the size of the largest, which is returned
	;; and is NaN where one of them is.
	(func (export "encode") (param $from i32) (param $end i32) (param $to i32) (result f32)
		(local $at i32) (local $four v128) (local $sizes v128) (local $sums v128) (local $peak f32) (local $lift f32)
		(local $lifts v128) (local $scales v128) (local $rounding v128)
		(local.set $at (local.get $from))
		(loop $largest
			(local.set $four (f32x4.abs (v128.load (local.get $at))))
			;; NaN goes unnoticed by this maximum, which is the fast one, and not in a sum.
			(local.set $sizes (f32x4.pmax (local.get $sizes) (local.get $four)))
			(local.set $sums (f32x4.add (local.get $sums) (local.get $four)))
			(local.set $at (i32.add (local.get $at) (i32.const 16)))
			(br_if $largest (i32.lt_u (local.get $at) (local.get $end)))
		)
		(local.set $peak (f32.max
			(f32.max (f32x4.extract_lane 0 (local.get $sizes)) (f32x4.extract_lane 1 (local.get $sizes)))
			(f32.max (f32x4.extract_lane 2 (local.get $sizes)) (f32x4.extract_lane 3 (local.get $sizes)))))
		(if (v128.any_true (f32x4.ne (local.get $sums) (local.get $sums))) (then (local.set $peak (f32.const nan))))
		;; So that the scale of the smallest numbers is one, too.
		(local.set $lift (select (f32.const 0x1p100) (f32.const 1) (f32.lt (local.get $peak) (f32.const 0x1p-100))))
		(local.set $lifts (f32x4.splat (local.get $lift)))
		(local.set $scales (f32x4.splat
			(f32.div (f32.const 32767) (f32.mul (local.get $peak) (local.get $lift)))))
		;; 1.5 × 2²³: what is added to it is rounded, and stands in its lowest bits.
		(local.set $rounding (f32x4.splat (f32.const 12582912)))
		(loop $codes
			(v128.store (local.get $to) (i16x8.narrow_i32x4_s
				(i32x4.sub (f32x4.add (local.get $rounding) (f32x4.mul (local.get $scales)
					(f32x4.mul (local.get $lifts) (v128.load offset=0 (local.get $from))))) (local.get $rounding))
				(i32x4.sub (f32x4.add (local.get $rounding) (f32x4.mul (local.get $scales)
					(f32x4.mul (local.get $lifts) (v128.load offset=16 (local.get $from))))) (local.get $rounding))))
			(local.set $from (i32.add (local.get $from) (i32.const 32)))
			(local.set $to (i32.add (local.get $to) (i32.const 16)))
			(br_if $codes (i32.lt_u (local.get $from) (local.get $end)))
		)
		(local.get $peak)
	)

	;; Makes bytes of 16-bit codes, `codeBytes` of them, and returns the sum of their squares.
	(func (export "pack") (param $from i32) (param $to i32) (param $codeBytes i32) (result i32)
		(local $end i32) (local $low v128) (local $high v128) (local $sum v128)
		(local.set $end (i32.add (local.get $to) (local.get $codeBytes)))
		(loop $codes
			(local.set $low (i16x8.shr_s (i16x8.add_sat_s
				(v128.load offset=0 (local.get $from)) (i16x8.splat (i32.const 128))) (i32.const 8)))
			(local.set $high (i16x8.shr_s (i16x8.add_sat_s
				(v128.load offset=16 (local.get $from)) (i16x8.splat (i32.const 128))) (i32.const 8)))
			(local.set $sum (i32x4.add (local.get $sum) (i32x4.add
				(i32x4.dot_i16x8_s (local.get $low) (local.get $low))
				(i32x4.dot_i16x8_s (local.get $high) (local.get $high)))))
			(v128.store (local.get $to) (i8x16.narrow_i16x8_s (local.get $low) (local.get $high)))
			(local.set $from (i32.add (local.get $from) (i32.const 32)))
			(local.set $to (i32.add (local.get $to) (i32.const 16)))
			(br_if $codes (i32.lt_u (local.get $to) (local.get $end)))
		)
		(i32.add
			(i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
			(i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum))))
	)

	;; Writes a bit for each of so many codes: whether it is above its mean (f32), once it is divided by their norm. The
	;; bytes of a row lie 32 apart.
	(func (export "mark") (param $codes i32) (param $bits i32) (param $count i32) (param $inverse f32) (param $means i32)
		(local $end i32) (local $eight v128) (local $factor v128)
		(local.set $end (i32.add (local.get $codes) (local.get $count)))
		(local.set $factor (f32x4.splat (local.get $inverse)))
		(loop $bytes
			(local.set $eight (v128.load8x8_s (local.get $codes)))
			(i32.store8 (local.get $bits) (i32.or
				(i32x4.bitmask (f32x4.gt
					(f32x4.mul (local.get $factor) (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $eight))))
					(v128.load offset=0 (local.get $means))))
				(i32.shl (i32x4.bitmask (f32x4.gt
					(f32x4.mul (local.get $factor) (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $eight))))
					(v128.load offset=16 (local.get $means)))) (i32.const 4))))
			(local.set $codes (i32.add (local.get $codes) (i32.const 8)))
			(local.set $means (i32.add (local.get $means) (i32.const 32)))
			(local.set $bits (i32.add (local.get $bits) (i32.const 32)))
			(br_if $bytes (i32.lt_u (local.get $codes) (local.get $end)))
		)
	)

	;; The distance of each slot that the mask names, and how often each distance was seen. What a row differs by is looked
	;; up, four bits at a time, for 32 slots at once: `tables` has, for each byte of a row, what each value of its lower
	;; four bits adds (16 × u8, of at most 60), then of its upper four. Rows have an even number of bytes.
	(func (export "distances")
		(param $segment i32) (param $end i32) (param $stride i32)
		(param $tables i32) (param $tablesEnd i32) (param $histogram i32)
		(local $mask i32) (local $word i32) (local $row i32) (local $distance i32) (local $distancesEnd i32)
		(local $at i32) (local $bin i32) (local $rowsBytes i32) (local $nibble v128)
		(local $low v128) (local $high v128) (local $first v128) (local $second v128) (local $sums v128)
		(local $moreSums v128) (local $total0 v128) (local $total8 v128) (local $total16 v128) (local $total24 v128)
		(local.set $nibble (i8x16.splat (i32.const 15)))
		;; A table has 32 bytes for a byte of a row, as a block has.
		(local.set $rowsBytes (i32.sub (local.get $tablesEnd) (local.get $tables)))
		(loop $segments
			(if (i32.lt_u (local.get $segment) (local.get $end)) (then
				(local.set $row (i32.add (local.get $segment) (i32.const 2176)))
				(local.set $distance (i32.add (local.get $segment) (i32.const 128)))
				(local.set $mask (local.get $segment))
				(loop $blocks
					(local.set $word (i32.load (local.get $mask)))
					(if (i32.eqz (local.get $word)) (then
						(v128.store offset=0 (local.get $distance) (v128.const i32x4 -1 -1 -1 -1))
						(v128.store offset=16 (local.get $distance) (v128.const i32x4 -1 -1 -1 -1))
						(v128.store offset=32 (local.get $distance) (v128.const i32x4 -1 -1 -1 -1))
						(v128.store offset=48 (local.get $distance) (v128.const i32x4 -1 -1 -1 -1))
						(local.set $distance (i32.add (local.get $distance) (i32.const 64)))
						(local.set $row (i32.add (local.get $row) (local.get $rowsBytes)))
					) (else
						(local.set $total0 (v128.const i32x4 0 0 0 0))
						(local.set $total8 (v128.const i32x4 0 0 0 0))
						(local.set $total16 (v128.const i32x4 0 0 0 0))
						(local.set $total24 (v128.const i32x4 0 0 0 0))
						(local.set $at (local.get $tables))
						(loop $bytes
							(local.set $low (v128.load offset=0 (local.get $at)))
							(local.set $high (v128.load offset=16 (local.get $at)))
							(local.set $first (v128.load offset=0 (local.get $row)))
							(local.set $second (v128.load offset=16 (local.get $row)))
							(local.set $sums (i8x16.add
								(i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $first) (local.get $nibble)))
								(i8x16.relaxed_swizzle (local.get $high) (i8x16.shr_u (local.get $first) (i32.const 4)))))
							(local.set $moreSums (i8x16.add
								(i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $second) (local.get $nibble)))
								(i8x16.relaxed_swizzle (local.get $high) (i8x16.shr_u (local.get $second) (i32.const 4)))))
							(local.set $low (v128.load offset=32 (local.get $at)))
							(local.set $high (v128.load offset=48 (local.get $at)))
							(local.set $first (v128.load offset=32 (local.get $row)))
							(local.set $second (v128.load offset=48 (local.get $row)))
							(local.set $sums (i8x16.add (local.get $sums) (i8x16.add
								(i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $first) (local.get $nibble)))
								(i8x16.relaxed_swizzle (local.get $high) (i8x16.shr_u (local.get $first) (i32.const 4))))))
							(local.set $moreSums (i8x16.add (local.get $moreSums) (i8x16.add
								(i8x16.relaxed_swizzle (local.get $low) (v128.and (local.get $second) (local.get $nibble)))
								(i8x16.relaxed_swizzle (local.get $high) (i8x16.shr_u (local.get $second) (i32.const 4))))))
							(local.set $total0 (i16x8.add (local.get $total0) (i16x8.extend_low_i8x16_u (local.get $sums))))
							(local.set $total8 (i16x8.add (local.get $total8) (i16x8.extend_high_i8x16_u (local.get $sums))))
							(local.set $total16
								(i16x8.add (local.get $total16) (i16x8.extend_low_i8x16_u (local.get $moreSums))))
							(local.set $total24
								(i16x8.add (local.get $total24) (i16x8.extend_high_i8x16_u (local.get $moreSums))))
							(local.set $at (i32.add (local.get $at) (i32.const 64)))
							(local.set $row (i32.add (local.get $row) (i32.const 64)))
							(br_if $bytes (i32.lt_u (local.get $at) (local.get $tablesEnd)))
						)
						(v128.store offset=0 (local.get $distance) (local.get $total0))
						(v128.store offset=16 (local.get $distance) (local.get $total8))
						(v128.store offset=32 (local.get $distance) (local.get $total16))
						(v128.store offset=48 (local.get $distance) (local.get $total24))
						(local.set $distancesEnd (i32.add (local.get $distance) (i32.const 64)))
						(loop $slots
							(if (i32.and (local.get $word) (i32.const 1)) (then
								(local.set $bin (i32.add (local.get $histogram)
									(i32.shl (i32.load16_u (local.get $distance)) (i32.const 2))))
								(i32.store (local.get $bin) (i32.add (i32.load (local.get $bin)) (i32.const 1)))
							) (else
								(i32.store16 (local.get $distance) (i32.const 0xffff))
							))
							(local.set $word (i32.shr_u (local.get $word) (i32.const 1)))
							(local.set $distance (i32.add (local.get $distance) (i32.const 2)))
							(br_if $slots (i32.lt_u (local.get $distance) (local.get $distancesEnd)))
						)
					))
					(local.set $mask (i32.add (local.get $mask) (i32.const 4)))
					(br_if $blocks (i32.lt_u (local.get $mask) (i32.add (local.get $segment) (i32.const 128))))
				)
				(local.set $segment (i32.add (local.get $segment) (local.get $stride)))
				(br $segments)
			))
		)
	)

	;; Writes the slots, the first of which is `slot`, whose distance lies between two, both included; returns how many.
	(func (export "collect")
		(param $segment i32) (param $end i32) (param $stride i32) (param $least i32) (param $largest i32)
		(param $slot i32) (param $out i32) (result i32)
		(local $lows v128) (local $highs v128) (local $eight v128) (local $at i32) (local $last i32)
		(local $lanes i32) (local $count i32)
		(local.set $lows (i16x8.splat (local.get $least)))
		(local.set $highs (i16x8.splat (local.get $largest)))
		(loop $segments
			(if (i32.lt_u (local.get $segment) (local.get $end)) (then
				(local.set $at (i32.add (local.get $segment) (i32.const 128)))
				(local.set $last (i32.add (local.get $segment) (i32.const 2176)))
				(loop $eights
					(local.set $eight (v128.load (local.get $at)))
					(local.set $lanes (i16x8.bitmask (v128.and
						(i16x8.ge_u (local.get $eight) (local.get $lows))
						(i16x8.le_u (local.get $eight) (local.get $highs)))))
					(block $none
						(br_if $none (i32.eqz (local.get $lanes)))
						(loop $found
							(i32.store
								(i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2)))
								(i32.add (local.get $slot) (i32.ctz (local.get $lanes))))
							(local.set $count (i32.add (local.get $count) (i32.const 1)))
							(br_if $found (local.tee $lanes
								(i32.and (local.get $lanes) (i32.sub (local.get $lanes) (i32.const 1)))))
						)
					)
					(local.set $slot (i32.add (local.get $slot) (i32.const 8)))
					(local.set $at (i32.add (local.get $at) (i32.const 16)))
					(br_if $eights (i32.lt_u (local.get $at) (local.get $last)))
				)
				(local.set $segment (i32.add (local.get $segment) (local.get $stride)))
				(br $segments)
			))
		)
		(local.get $count)
	)

	;; The product of the query (i16) and the codes of each slot listed, divided by the norm of the codes.
	(func (export "score")
		(param $base i32) (param $stride i32) (param $codes i32) (param $rowBytes i32)
		(param $slots i32) (param $count i32) (param $query i32) (param $out i32)
		(local $slot i32) (local $segment i32) (local $row i32) (local $rowEnd i32) (local $at i32) (local $eight v128)
		(local $sum v128) (local $last i32) (local $norm f32)
		(local.set $last (i32.add (local.get $slots) (i32.shl (local.get $count) (i32.const 2))))
		(loop $listed
			(if (i32.lt_u (local.get $slots) (local.get $last)) (then
				(local.set $slot (i32.load (local.get $slots)))
				(local.set $segment (i32.add (local.get $base)
					(i32.mul (i32.shr_u (local.get $slot) (i32.const 10)) (local.get $stride))))
				(local.set $slot (i32.and (local.get $slot) (i32.const 1023)))
				(local.set $row (i32.add (i32.add (local.get $segment) (local.get $codes))
					(i32.mul (local.get $slot) (local.get $rowBytes))))
				(local.set $norm (f32.load (local.get $row)))
				(local.set $rowEnd (i32.add (local.get $row) (local.get $rowBytes)))
				(local.set $row (i32.add (local.get $row) (i32.const 16)))
				(local.set $at (local.get $query))
				(local.set $sum (v128.const i32x4 0 0 0 0))
				(loop $products
					(local.set $eight (v128.load (local.get $row)))
					(local.set $sum (i32x4.add (local.get $sum) (i32x4.add
						(i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $eight)) (v128.load offset=0 (local.get $at)))
						(i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $eight)) (v128.load offset=16 (local.get $at))))))
					(local.set $at (i32.add (local.get $at) (i32.const 32)))
					(local.set $row (i32.add (local.get $row) (i32.const 16)))
					(br_if $products (i32.lt_u (local.get $row) (local.get $rowEnd)))
				)
				(f32.store (local.get $out) (f32.mul
					(f32.convert_i32_s (i32.add
						(i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
						(i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
					(local.get $norm)))
				(local.set $slots (i32.add (local.get $slots) (i32.const 4)))
				(local.set $out (i32.add (local.get $out) (i32.const 4)))
				(br $listed)
			))
		)
	)
)
