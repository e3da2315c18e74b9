;; The loops of tensor.ts over every pixel of a picture, with vectors of 128 bits. In JavaScript they take four times as
;; long. All sums are of float64 values in the order of their samples, as in JavaScript, so results are the same to the
;; bit. Addresses and lengths are in bytes. Loops work on four values at once, and may read and write 12 bytes more.
;;
;; `npm run wasm` compiles this file to resample-wasm.ts. V8 inlines the small functions.

(module
  (memory (export "memory") 1)

  ;; Four bytes as int32.
  (func $fourBytes (param $at i32) (result v128)
    (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $at)))))

  ;; The upper two of four values of 32 bits, as the lower two.
  (func $upper (param $values v128) (result v128)
    (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $values) (local.get $values)))

  ;; sums + weights · the lower two of four int32 values, float64.
  (func $addPair (param $sums v128) (param $values v128) (param $weights v128) (result v128)
    (f64x2.add (local.get $sums) (f64x2.mul (f64x2.convert_low_i32x4_s (local.get $values)) (local.get $weights))))

  ;; Writes two pairs of float64 values as four float32 values.
  (func $storeFour (param $to i32) (param $lower v128) (param $upper v128)
    (v128.store (local.get $to)
      (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
        (f32x4.demote_f64x2_zero (local.get $lower))
        (f32x4.demote_f64x2_zero (local.get $upper)))))

  ;; sums += a · weightA + b · weightB: sums are float32 from $sums to $end, a and b are rows of bytes.
  (func (export "addTwo")
    (param $sums i32) (param $end i32) (param $a i32) (param $b i32) (param $weightA f64) (param $weightB f64)
    (local $weightsA v128) (local $weightsB v128) (local $before v128) (local $fourA v128) (local $fourB v128)
    (local.set $weightsA (f64x2.splat (local.get $weightA)))
    (local.set $weightsB (f64x2.splat (local.get $weightB)))
    (loop $next
      (local.set $before (v128.load (local.get $sums)))
      (local.set $fourA (call $fourBytes (local.get $a)))
      (local.set $fourB (call $fourBytes (local.get $b)))
      (call $storeFour (local.get $sums)
        (call $addPair
          (call $addPair
            (f64x2.promote_low_f32x4 (local.get $before))
            (local.get $fourA) (local.get $weightsA))
          (local.get $fourB) (local.get $weightsB))
        (call $addPair
          (call $addPair
            (f64x2.promote_low_f32x4 (call $upper (local.get $before)))
            (call $upper (local.get $fourA)) (local.get $weightsA))
          (call $upper (local.get $fourB)) (local.get $weightsB)))
      (local.set $a (i32.add (local.get $a) (i32.const 4)))
      (local.set $b (i32.add (local.get $b) (i32.const 4)))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $sums) (local.get $end)))))

  ;; sums += a · weightA + b · weightB + c · weightC + d · weightD.
  (func (export "addFour")
    (param $sums i32) (param $end i32) (param $a i32) (param $b i32) (param $c i32) (param $d i32)
    (param $weightA f64) (param $weightB f64) (param $weightC f64) (param $weightD f64)
    (local $weightsA v128) (local $weightsB v128) (local $weightsC v128) (local $weightsD v128)
    (local $before v128) (local $fourA v128) (local $fourB v128) (local $fourC v128) (local $fourD v128)
    (local.set $weightsA (f64x2.splat (local.get $weightA)))
    (local.set $weightsB (f64x2.splat (local.get $weightB)))
    (local.set $weightsC (f64x2.splat (local.get $weightC)))
    (local.set $weightsD (f64x2.splat (local.get $weightD)))
    (loop $next
      (local.set $before (v128.load (local.get $sums)))
      (local.set $fourA (call $fourBytes (local.get $a)))
      (local.set $fourB (call $fourBytes (local.get $b)))
      (local.set $fourC (call $fourBytes (local.get $c)))
      (local.set $fourD (call $fourBytes (local.get $d)))
      (call $storeFour (local.get $sums)
        (call $addPair
          (call $addPair
            (call $addPair
              (call $addPair
                (f64x2.promote_low_f32x4 (local.get $before))
                (local.get $fourA) (local.get $weightsA))
              (local.get $fourB) (local.get $weightsB))
            (local.get $fourC) (local.get $weightsC))
          (local.get $fourD) (local.get $weightsD))
        (call $addPair
          (call $addPair
            (call $addPair
              (call $addPair
                (f64x2.promote_low_f32x4 (call $upper (local.get $before)))
                (call $upper (local.get $fourA)) (local.get $weightsA))
              (call $upper (local.get $fourB)) (local.get $weightsB))
            (call $upper (local.get $fourC)) (local.get $weightsC))
          (call $upper (local.get $fourD)) (local.get $weightsD)))
      (local.set $a (i32.add (local.get $a) (i32.const 4)))
      (local.set $b (i32.add (local.get $b) (i32.const 4)))
      (local.set $c (i32.add (local.get $c) (i32.const 4)))
      (local.set $d (i32.add (local.get $d) (i32.const 4)))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $sums) (local.get $end)))))

  ;; The channels of one row of a tensor, float32 at $red, $green and $blue, each $step after the one before. $row: a
  ;; blended row, 12 bytes for each pixel. $first to $end: for each target pixel the position of its first source pixel,
  ;; int32. $weights: for each target pixel $count weights, float32.
  (func (export "blendColumns")
    (param $row i32) (param $first i32) (param $end i32) (param $weights i32) (param $count i32)
    (param $red i32) (param $green i32) (param $blue i32) (param $step i32)
    (param $redGain f64) (param $greenGain f64) (param $blueGain f64)
    (param $redBias f64) (param $greenBias f64) (param $blueBias f64)
    (local $gains v128) (local $biases v128) (local $pixel v128) (local $weight v128)
    (local $redGreen v128) (local $blueOnly v128) (local $at i32) (local $last i32)
    (local.set $gains (f64x2.replace_lane 1 (f64x2.splat (local.get $redGain)) (local.get $greenGain)))
    (local.set $biases (f64x2.replace_lane 1 (f64x2.splat (local.get $redBias)) (local.get $greenBias)))
    (loop $next
      (local.set $at (i32.add (local.get $row) (i32.mul (i32.load (local.get $first)) (i32.const 12))))
      (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $count) (i32.const 2))))
      (local.set $redGreen (v128.const f64x2 0 0))
      (local.set $blueOnly (v128.const f64x2 0 0))
      (loop $nextTap
        (local.set $weight (f64x2.splat (f64.promote_f32 (f32.load (local.get $weights)))))
        (local.set $pixel (v128.load (local.get $at)))
        (local.set $redGreen (f64x2.add (local.get $redGreen)
          (f64x2.mul (f64x2.promote_low_f32x4 (local.get $pixel)) (local.get $weight))))
        (local.set $blueOnly (f64x2.add (local.get $blueOnly)
          (f64x2.mul (f64x2.promote_low_f32x4 (call $upper (local.get $pixel))) (local.get $weight))))
        (local.set $at (i32.add (local.get $at) (i32.const 12)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 4)))
        (br_if $nextTap (i32.lt_u (local.get $weights) (local.get $last))))
      (local.set $redGreen (f32x4.demote_f64x2_zero
        (f64x2.add (f64x2.mul (local.get $redGreen) (local.get $gains)) (local.get $biases))))
      (v128.store32_lane 0 (local.get $red) (local.get $redGreen))
      (v128.store32_lane 1 (local.get $green) (local.get $redGreen))
      (f32.store (local.get $blue)
        (f32.demote_f64 (f64.add
          (f64.mul (f64x2.extract_lane 0 (local.get $blueOnly)) (local.get $blueGain))
          (local.get $blueBias))))
      (local.set $red (i32.add (local.get $red) (local.get $step)))
      (local.set $green (i32.add (local.get $green) (local.get $step)))
      (local.set $blue (i32.add (local.get $blue) (local.get $step)))
      (local.set $first (i32.add (local.get $first) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $first) (local.get $end))))))
