import { normalQuantile, studentQuantile } from '../../functions/evidence/student.ts';

/** From tables: two-sided 90 % to 99.9 %. */
test.each([
  [1, 0.05, 6.3138],
  [2, 0.025, 4.3027],
  [6, 0.001, 5.2076],
  [13, 0.001, 3.852],
  [30, 0.005, 2.75],
  [1000, 0.025, 1.9623],
])('with %i degrees of freedom, t exceeds with the chance %f the value %f', (degrees, risk, value) => {
  expect(studentQuantile(degrees, risk)).toBeCloseTo(value, 3);
});

test.each([
  [0.025, 1.96],
  [0.001, 3.0902],
  [0.0001, 3.719],
])('a standard normal variate exceeds with the chance %f the value %f', (risk, value) => {
  expect(normalQuantile(risk)).toBeCloseTo(value, 3);
});
