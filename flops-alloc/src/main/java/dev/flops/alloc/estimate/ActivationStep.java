package dev.flops.alloc.estimate;

import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.api.StateArrays;
import dev.flops.api.StepSignals;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.Workspace;
import java.util.Arrays;
import java.util.List;

/** One step of the estimator of perturbed activations, after its clean forward. */
final class ActivationStep implements GradientEstimator.Step {
    private final ActivationEstimator estimator;
    private final Parameters trained;
    private final List<ActivationSite> sites;
    private final CleanForward clean;
    private final RandomKey key;
    private final CostLedger ledger;
    private final StepSignals signals;

    ActivationStep(ActivationEstimator estimator, int step, int[] examples, RandomKey key, CostLedger ledger) {
        this.estimator = estimator;
        this.trained = estimator.parameters();
        this.sites = estimator.sites();
        this.clean = estimator.clean();
        this.key = key;
        this.ledger = ledger;
        this.signals = new StepSignals(
                step, examples, clean.loss().losses(), clean.loss().errorNorms());
    }

    @Override
    public StepSignals signals() {
        return signals;
    }

    @Override
    public GradientEstimate estimate(Allocation allocation) {
        return estimateInto(allocation, new float[trained.dimension()]);
    }

    @Override
    public GradientEstimate estimateInto(Allocation allocation, float[] gradient) {
        return sampled(allocation, CostLedger.Kind.PERTURBED, gradient);
    }

    @Override
    public GradientEstimate pilot(Allocation allocation) {
        return sampled(allocation, CostLedger.Kind.PILOT, new float[trained.dimension()]);
    }

    /** A step that fails leaves the memory of every site as it was. */
    private GradientEstimate sampled(Allocation allocation, CostLedger.Kind kind, float[] gradient) {
        EstimatorChecks.requireAllocation(
                allocation, signals, estimator.cost().minimumSamples(), estimator.independence());
        TrainedSites.clear(trained, gradient);
        StateArrays memory = new StateArrays();
        estimator.state().saveTo(memory);
        try {
            double[][] variances = new double[signals.batchSize()][sites.size()];
            for (int window = 0; window < clean.windows(); window++) {
                open(window);
                estimate(window, allocation, kind, gradient, variances);
            }
            TrainedSites.finish(trained, gradient, signals.step());
            double[] sums = new double[variances.length];
            Arrays.setAll(sums, i -> Arrays.stream(variances[i]).sum());
            return new GradientEstimate(gradient, sums, meanLoss());
        } catch (RuntimeException e) {
            estimator.state().restoreFrom(memory);
            throw e;
        }
    }

    /** What is recorded again is spent again. */
    private void open(int window) {
        long begun = System.nanoTime();
        if (clean.open(window, estimator.workers())) {
            ledger.addQueries(CostLedger.Kind.CLEAN, last(window) - first(window));
            ledger.addFlops(clean.flops(window));
            ledger.addNanoseconds(CostLedger.Phase.CLEAN, System.nanoTime() - begun);
        }
    }

    private int first(int window) {
        return clean.start(clean.firstBlock(window));
    }

    /** The example behind the last one of a window. */
    private int last(int window) {
        return clean.end(clean.endBlock(window) - 1);
    }

    private void estimate(
            int window, Allocation allocation, CostLedger.Kind kind, float[] gradient, double[][] variances) {
        long begun = System.nanoTime();
        CostLedger[] spent = new CostLedger[sites.size()];
        Arrays.setAll(spent, j -> new CostLedger());
        long asked = queries();
        // Sites write to disjoint parts of the gradient, have estimators of their own, and take their examples in
        // order.
        float[][] scores = new float[sites.size()][];
        estimator.workers().forEach(sites.size(), (worker, j) -> {
            Replayer replayer = estimator.replayers()[worker];
            replayer.workspace().release(0);
            scores[j] = scores(window, j, allocation, kind, spent[j], variances, replayer);
        });
        ledger.addQueries(kind, queries() - asked);
        long sampled = System.nanoTime();
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, sampled - begun);
        long[] flops = new long[sites.size()];
        estimator.workers().forEach(sites.size(), (worker, j) -> {
            flops[j] = contract(window, j, scores[j], gradient, estimator.replayers()[worker].workspace());
        });
        ledger.addNanoseconds(CostLedger.Phase.CONTRACTION, System.nanoTime() - sampled);
        for (int j = 0; j < flops.length; j++) {
            ledger.addFlops(spent[j].flops() + flops[j]);
        }
        ledger.observeBytes(bytes(scores) + 2L * gradient.length * Float.BYTES);
    }

    /** Queries that all sites have been asked. */
    private long queries() {
        return sites.stream().mapToLong(site -> site.suffix().queries()).sum();
    }

    /** (ω_i/B) Δ̂_ij of the examples of a window, one after the other; writes v̂_ij. */
    private float[] scores(
            int window,
            int j,
            Allocation allocation,
            CostLedger.Kind kind,
            CostLedger spent,
            double[][] variances,
            Replayer replayer) {
        ActivationSite site = sites.get(j);
        int m = site.dimension();
        int from = first(window);
        int to = last(window);
        float[] scores = new float[Math.multiplyExact(to - from, m)];
        RandomKey siteKey = estimator.rules().key().key(key, site.site().index());
        for (int i = from; i < to; i++) {
            int samples = allocation.samples(i);
            if (samples == 0) {
                continue;
            }
            GradientEstimate found = site.estimate(
                    signals.step(),
                    signals.examples()[i],
                    i,
                    samples,
                    siteKey,
                    kind == CostLedger.Kind.PILOT,
                    replayer,
                    spent);
            double share = estimator
                    .rules()
                    .share()
                    .share(allocation.weight(i), samples, signals.batchSize(), allocation.total());
            for (int e = 0; e < m; e++) {
                scores[(i - from) * m + e] = (float) (share * found.gradient()[e]);
            }
            variances[i][j] = found.sampleVariances()[0] * directionNorm(site, i) / m;
        }
        return scores;
    }

    /** E‖J(h)ᵀε‖² over unit noise ε. */
    private double directionNorm(ActivationSite site, int i) {
        int block = clean.block(i);
        int row = i - clean.start(block);
        Tensor input = clean.recording(block).siteInput(site.site());
        Tensor output = clean.recording(block).siteOutput(site.site());
        return site.site().contraction().directionNorm(estimator.ops(), input, output, row);
    }

    /** ∇_θ += Σ_i J(h_ij)ᵀ score_i, one chain over examples and tokens; returns the operations. */
    private long contract(int window, int j, float[] scores, float[] gradient, Workspace workspace) {
        ActivationSite site = sites.get(j);
        long flops = 0;
        int from = first(window);
        for (int block = clean.firstBlock(window); block < clean.endBlock(window); block++) {
            Tensor input = clean.recording(block).siteInput(site.site());
            int rows = clean.end(block) - clean.start(block);
            Tensor score = Tensor.view(
                    clean.recording(block).siteOutput(site.site()).shape(),
                    scores,
                    (clean.start(block) - from) * site.dimension());
            site.site().contraction().accumulate(estimator.ops(), score, input, gradient, workspace);
            flops += rows * site.site().contraction().flops(input.elements() / rows, site.dimension());
            workspace.release(0);
        }
        return flops;
    }

    private long bytes(float[][] scores) {
        long bytes = estimator.packed().bytes() + clean.bytes();
        for (Replayer replayer : estimator.replayers()) {
            bytes += replayer.workspace().bytes();
        }
        for (float[] ofSite : scores) {
            bytes += (long) Float.BYTES * ofSite.length;
        }
        return bytes;
    }

    private double meanLoss() {
        double sum = 0;
        for (float loss : signals.cleanLosses()) {
            sum += loss;
        }
        return sum / signals.batchSize();
    }
}
