package dev.flops.verify.gradient;

import dev.flops.verify.stat.HolmCorrection;
import dev.flops.verify.stat.MeanTestDesign;
import dev.flops.verify.stat.Moments;
import dev.flops.verify.stat.TestResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Tests that an estimator of a gradient is unbiased: for each of several directions u, H0: |E[u·ĝ] − u·∇L| ≤ tolerance,
 * Holm-corrected. A sample of the test is one estimate ĝ.
 *
 * @param design rates and smallest defect of the whole family, δ in standard deviations of u·ĝ
 */
public record UnbiasednessTest(MeanTestDesign design) {
    /**
     * Runs as many estimates as the design requires, and tests.
     *
     * @param runs the estimates
     * @param projections directions and expectations, at least one
     * @return a result per projection, in order
     */
    public List<TestResult> run(EstimatorRuns runs, List<Projection> projections) {
        MeanTestDesign single = design.forEachOf(projections.size());
        Moments[] moments = new Moments[projections.size()];
        for (int j = 0; j < moments.length; j++) {
            moments[j] = new Moments();
        }
        int n = single.sampleSize();
        for (int step = 0; step < n; step++) {
            float[] gradient = runs.estimate(step).gradient();
            for (int j = 0; j < moments.length; j++) {
                moments[j].add(projections.get(j).of(gradient));
            }
        }
        List<TestResult> results = new ArrayList<>();
        for (int j = 0; j < moments.length; j++) {
            Projection p = projections.get(j);
            results.add(single.test("E[u.g] is right for u = " + p.name(), moments[j], p.expected(), p.tolerance()));
        }
        return HolmCorrection.apply(results, design.alpha());
    }
}
