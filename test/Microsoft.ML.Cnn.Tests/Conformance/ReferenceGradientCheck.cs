using Microsoft.ML.Cnn.Tests.Conformance.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance;

/// <summary>Holds the gradients that references write down against differences of what they compute.</summary>
internal sealed class ReferenceGradientCheck
{
    private const double Step = 1e-6;
    private const int ElementsOfEach = 12;

    private readonly Dictionary<string, double[]> buffers = [];
    private readonly ReferenceNetwork network;

    public ReferenceGradientCheck(Network network, Shape input, ParameterStore store)
    {
        foreach (ParameterSegment segment in store.Table.Segments)
        {
            buffers[segment.Path] = [.. store[segment].ToArray().Select(value => (double)value)];
        }

        this.network = new ReferenceNetwork(network, input, path => buffers[path], training: true);
    }

    public Batch Forward(Batch x) => network.Forward(x);

    public void HoldAgainstCentralDifferences(Batch x)
    {
        Random random = new(3);
        double[] weights = [.. Forward(x).Values.Select(_ => random.NextDouble() * 2 - 1)];
        Batch y = Forward(x);
        Batch dx = network.Backward(new Batch(y.Images, y.Shape, weights));
        List<(string Name, double[] Values, double[] Gradient)> all = [("input", x.Values, [.. dx.Values])];
        all.AddRange(network.Gradients.Select(gradient => (gradient.Path, buffers[gradient.Path], gradient.Values.ToArray())));
        foreach ((string name, double[] values, double[] gradient) in all)
        {
            Assert.Equal(values.Length, gradient.Length);
            for (int element = 0; element < ElementsOfEach; element++)
            {
                int at = random.Next(values.Length);
                double expected = Slope(x, weights, values, at);
                Assert.True(
                    Math.Abs(expected - gradient[at]) <= 1e-6 * Math.Max(1, Math.Abs(expected)),
                    $"{name}[{at}]: differences give {expected}, the reference {gradient[at]}."
                );
            }
        }
    }

    /// <summary>Of the weighted sum of outputs, as one number is moved.</summary>
    private double Slope(Batch x, double[] weights, double[] values, int at)
    {
        double value = values[at];
        values[at] = value + Step;
        double[] above = Forward(x).Values;
        values[at] = value - Step;
        double[] below = Forward(x).Values;
        values[at] = value;
        double slope = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            slope += weights[i] * (above[i] - below[i]);
        }

        return slope / (2 * Step);
    }
}
