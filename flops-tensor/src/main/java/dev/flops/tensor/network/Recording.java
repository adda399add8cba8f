package dev.flops.tensor.network;

import dev.flops.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a clean forward of some examples left behind: the output of every operation, and the input and output of every
 * site. A replay reads from it all that does not depend on a perturbation.
 */
public final class Recording {
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Announced> sites = new ArrayList<>();

    /** What the site of an index was announced with, if it was. */
    private static final class Announced {
        private @Nullable Tensor input;
        private @Nullable Tensor output;
        private long flops;
    }

    /** An empty recording. */
    public Recording() {}

    /**
     * The clean input of a site's layer.
     *
     * @param site the site
     * @return (examples, ...)
     */
    public Tensor siteInput(Site site) {
        return Objects.requireNonNull(announced(site).input, site.name());
    }

    /**
     * The clean output at a site.
     *
     * @param site the site
     * @return (examples, ...)
     */
    public Tensor siteOutput(Site site) {
        return Objects.requireNonNull(announced(site).output, site.name());
    }

    /**
     * Floating-point operations of the forward up to a site, whose output they include.
     *
     * @param site the site
     * @return operations for all examples of the recording
     */
    public long flopsAt(Site site) {
        return announced(site).flops;
    }

    private Announced announced(Site site) {
        return sites.get(Objects.checkIndex(site.index(), sites.size()));
    }

    void clear() {
        outputs.clear();
        for (int index = 0; index < sites.size(); index++) {
            sites.get(index).input = null;
            sites.get(index).output = null;
        }
    }

    void add(Tensor output) {
        outputs.add(output);
    }

    void addSite(Site site, Tensor input, Tensor output, long flops) {
        while (sites.size() <= site.index()) {
            sites.add(new Announced());
        }
        Announced announced = announced(site);
        if (announced.input != null) {
            throw new IllegalStateException(
                    "site " + site.name() + " of index " + site.index() + " was announced after another of that index");
        }
        announced.input = input;
        announced.output = output;
        announced.flops = flops;
    }

    Tensor output(int operation) {
        return outputs.get(operation);
    }
}
