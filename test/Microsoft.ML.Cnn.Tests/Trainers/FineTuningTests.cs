using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public sealed class FineTuningTests
{
    private static readonly Network network = Network.Sequential(
        new Block(new Conv2D(4, kernel: 3, padding: Padding.Same), new BatchNormalization(), new ReLU()),
        new Conv2D(5, kernel: 3, padding: Padding.Same),
        new ReLU(),
        new MaxPool2D(2)
    );

    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void A_pretrained_body_gets_a_new_output_layer_for_another_label()
    {
        CnnModel model = Base();
        CnnMulticlassTrainer.Options options = Options(model);
        (options.Network, options.LearningRate) = (null!, 1e-12f);
        CnnModel tuned = Fit(options, TinyImages.WithKeys(context, TwoClasses()));
        Assert.Equal(["edge", "middle"], tuned.ClassNames.Order());
        Assert.Equal(2, tuned.OutputLength);
        Assert.Equal(network.WithOutput(2, tuned.InputShape), tuned.Network);
        Assert.Equal(model.Normalization, tuned.Normalization);
        foreach (string path in new[] { "block1.conv1/weight", "block1.batchNorm1/bias", "conv1/weight", "conv1/bias" })
        {
            Assert.Equal(model.GetParameter(path), tuned.GetParameter(path), (a, b) => Math.Abs(a - b) < 1e-6f);
        }
    }

    [Fact]
    public void Training_begins_where_the_body_stands()
    {
        double loss = 0;
        CnnMulticlassTrainer.Options options = Options(Base());
        (options.Epoch, options.Optimizer, options.MetricsCallback) = (3, new Sgd(), metrics => loss = metrics.RunningTrainLoss);
        Fit(options);
        double tuned = loss;
        options.PretrainedModel = null;
        Fit(options);
        Assert.True(tuned < 0.8 * loss, $"tuned {tuned}, anew {loss}");
    }

    [Fact]
    public void What_is_frozen_stays_and_the_rest_learns()
    {
        CnnModel model = Base();
        CnnMulticlassTrainer.Options options = Options(model);
        options.FreezeUpTo = "block1";
        CnnModel tuned = Fit(options);
        foreach (ParameterSegment segment in tuned.Segments)
        {
            bool isFrozen = segment.Path.StartsWith("block1.", StringComparison.Ordinal);
            Assert.Equal(isFrozen, segment.Frozen);
            Assert.Equal(isFrozen, model.GetParameter(segment.Path).SequenceEqual(tuned.GetParameter(segment.Path)));
        }
    }

    [Theory]
    [InlineData("conv1", 2)]
    [InlineData("block1.batchNorm1", 4)]
    [InlineData("block1", 6)]
    [InlineData("block1.*", 6)]
    [InlineData("*conv1", 4)]
    [InlineData("*.conv?", 2)]
    public void Layers_are_frozen_by_path_or_pattern(string pattern, int segments)
    {
        CnnMulticlassTrainer.Options options = Options(null);
        (options.Frozen, options.Epoch) = ([pattern], 1);
        Assert.Equal(segments, Fit(options).Segments.Count(segment => segment.Frozen));
    }

    [Fact]
    public void Everything_up_to_a_layer_is_frozen()
    {
        CnnMulticlassTrainer.Options options = Options(null);
        (options.FreezeUpTo, options.Epoch) = ("pool1", 1);
        Assert.Equal(
            ["output/weight", "output/bias"],
            Fit(options).Segments.Where(segment => !segment.Frozen).Select(segment => segment.Path)
        );
    }

    [Fact]
    public void The_body_may_learn_more_slowly_than_the_output_layer()
    {
        CnnModel model = Base();
        CnnMulticlassTrainer.Options options = Options(model);
        (options.BodyLearningRateMultiplier, options.Optimizer, options.Epoch) = (0.01f, new Sgd(momentum: 0), 1);
        options.BatchSize = 60;
        CnnModel slow = Fit(options);
        options.BodyLearningRateMultiplier = 1;
        CnnModel fast = Fit(options);
        Assert.Equal(fast.GetParameter("output/weight"), slow.GetParameter("output/weight"));
        Assert.Equal(0.01f, slow.Segments.Single(segment => segment.Path == "conv1/weight").RateMultiplier);
        float[] start = model.GetParameter("conv1/weight");
        float[] far = fast.GetParameter("conv1/weight");
        float[] near = slow.GetParameter("conv1/weight");
        double ratio = start.Zip(near, (a, b) => (double)Math.Abs(a - b)).Sum() / start.Zip(far, (a, b) => (double)Math.Abs(a - b)).Sum();
        Assert.Equal(0.01, ratio, 0.001);
    }

    [Fact]
    public void A_body_may_be_the_beginning_of_the_models()
    {
        CnnModel model = Base();
        CnnMulticlassTrainer.Options options = Options(model);
        options.Network = Network.Sequential([.. network.Layers.Take(1)]);
        options.FreezeUpTo = "block1";
        Assert.Equal(model.GetParameter("block1.conv1/weight"), Fit(options).GetParameter("block1.conv1/weight"));
    }

    [Fact]
    public void Dropout_and_initializers_may_differ()
    {
        CnnMulticlassTrainer.Options options = Options(Base());
        options.Network = Network.Sequential(
            new Block(
                new Conv2D(4, kernel: 3, padding: Padding.Same, weightInitializer: Initializer.Glorot),
                new BatchNormalization(),
                new ReLU()
            ),
            new Dropout(0.1f),
            new Conv2D(5, kernel: 3, padding: Padding.Same),
            new ReLU(),
            new MaxPool2D(2)
        );
        Fit(options);
    }

    [Fact]
    public void One_way_of_a_residual_block_learns_while_the_other_is_frozen()
    {
        CnnModel model = Untrained(new Shape(6, 6, 1), Body(0.5f), new Flatten(), new Dense(3));
        CnnMulticlassTrainer.Options options = Options(model);
        (options.Network, options.Frozen, options.Epoch) = (Network.Sequential(Body(0.1f)), ["residual1.body"], 1);
        CnnModel tuned = Fit(options);
        foreach (ParameterSegment segment in model.Segments.Where(segment => segment.Layer != "dense1"))
        {
            bool isFrozen = segment.Path.StartsWith("residual1.body.", StringComparison.Ordinal);
            Assert.Equal(isFrozen, model.GetParameter(segment.Path).SequenceEqual(tuned.GetParameter(segment.Path)));
        }

        static Residual Body(float rate) =>
            new(new Block(new Conv2D(4, kernel: 3, padding: Padding.Same), new Dropout(rate)), new Conv2D(4, kernel: 1));
    }

    [Fact]
    public void A_normalization_that_is_given_comes_before_the_models()
    {
        CnnMulticlassTrainer.Options options = Options(Base());
        options.Normalization = PixelNormalization.None(1);
        Assert.Equal(PixelNormalization.None(1), Fit(options).Normalization);
    }

    [Fact]
    public void A_body_that_does_not_fit_is_refused_with_the_first_difference()
    {
        Refused("where the network has 'conv1'", options => options.Network = Changed(new Conv2D(6, kernel: 3, padding: Padding.Same)));
        Refused("where the network has 'tanh1', Tanh", options => options.Network = Changed(new Tanh()));
        Refused(
            "it has no layer 'dense1'",
            options => options.Network = Network.Sequential([.. network.Layers, new Flatten(), new Dense(6)])
        );
        Refused("3 channels", options => options.PretrainedModel = Untrained(new Shape(6, 6, 3), new Flatten(), new Dense(3)));
        Refused(
            "for images of 6 x 6 x 1 'dense1/weight' is [36, 7], and in the model, for images of 8 x 6 x 1, it is [48, 7]",
            options =>
                (options.Network, options.PretrainedModel) = (
                    null!,
                    Untrained(new Shape(8, 6, 1), new Flatten(), new Dense(7), new Dense(3))
                )
        );
        Refused(
            "its last layer, 'relu1', is not a dense output layer",
            options => (options.Network, options.PretrainedModel) = (null!, Untrained(new Shape(6, 6, 1), new Flatten(), new ReLU()))
        );

        static Network Changed(Layer second) => Network.Sequential([network.Layers[0], second]);
    }

    [Fact]
    public void Layers_that_there_are_not_are_refused_with_those_there_are()
    {
        string all = "block1, block1.conv1, block1.batchNorm1, block1.relu1, conv1, relu1, pool1, flatten1, output";
        Refused($"FreezeUpTo names 'conv4', and the network has no such layer. It has: {all}.", options => options.FreezeUpTo = "conv4");
        Refused($"Frozen names 'c*4', and the network has no such layer. It has: {all}.", options => options.Frozen = ["conv1", "c*4"]);
        Refused("nothing is left to train", options => options.FreezeUpTo = "output");
        Refused("nothing is left to train", options => options.Frozen = ["*"]);
    }

    private void Refused(string expected, Action<CnnMulticlassTrainer.Options> change)
    {
        CnnMulticlassTrainer.Options options = Options(Base(epochs: 1));
        change(options);
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Fit(options)).Message, StringComparison.Ordinal);
    }

    private static CnnModel Untrained(Shape shape, params Layer[] layers) => CnnModel.Create(Network.Sequential(layers), shape, seed: 1);

    private static List<TinyImages.TextLabelled> TwoClasses()
    {
        List<TinyImages.TextLabelled> rows = TinyImages.Rows();
        rows.ForEach(row => row.Label = row.Label == "middle" ? "middle" : "edge");
        return rows;
    }

    private CnnModel Base(int epochs = 8)
    {
        CnnMulticlassTrainer.Options options = Options(null);
        (options.Epoch, options.Optimizer) = (epochs, new Sgd());
        return Fit(options);
    }

    private CnnModel Fit(CnnMulticlassTrainer.Options options, IDataView? images = null) =>
        context.MulticlassClassification.Trainers.Cnn(options).Fit(images ?? TinyImages.View(context)).Model.Model;

    private static CnnMulticlassTrainer.Options Options(CnnModel? pretrained)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        (options.Network, options.PretrainedModel, options.Epoch) = (network, pretrained, 2);
        return options;
    }
}
