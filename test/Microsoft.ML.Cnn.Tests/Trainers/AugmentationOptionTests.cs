using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Trainers;

public sealed class AugmentationOptionTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void A_trainer_augments_and_repeats_itself()
    {
        float[] plain = Fit([]);
        float[] augmented = Fit([new HorizontalFlip(), new RandomCrop(padding: 1), new RandomErasing()]);
        Assert.NotEqual(plain, augmented);
        Assert.Equal(augmented, Fit([new HorizontalFlip(), new RandomCrop(padding: 1), new RandomErasing()]));

        float[] Fit(AugmentationSequence augmentation) =>
            Trainer(augmentation).Fit(TinyImages.View(context)).Model.Model.Store.Parameters.Span.ToArray();
    }

    [Fact]
    public void Numbers_out_of_their_range_are_refused_at_once()
    {
        Refused("padding", "-1 x -1", () => new RandomCrop(padding: -1));
        Refused("probability", "1.5", () => new HorizontalFlip(1.5f));
        Refused("probability", "NaN", () => new VerticalFlip(float.NaN));
        Refused("border", "9", () => new RandomCrop(1, (Border)9));
        Refused("minimumScale", "0.5", () => new RandomResizedCrop(minimumScale: 0.5f, maximumScale: 0.4f));
        Refused("maximumScale", "1.1", () => new RandomErasing(maximumScale: 1.1f));
        Refused("minimumRatio", "0", () => new RandomErasing(minimumRatio: 0));
        Refused("degrees", "-3", () => new RandomRotation(-3));
        Refused("horizontal", "2", () => new RandomTranslation(2, 0));
        Refused("brightness", "-0.1", () => new ColorJitter(brightness: -0.1f));
        Refused("maximum", "0", () => new ColorJitter(maximum: 0));
        Refused("strength", "-1", () => new PcaLighting(-1));
        Refused("deviations", "received 1", () => new PcaLighting(colors: new PrincipalColors([1], [])));
        Refused("augmentations", "", () => AugmentationSequence.Create(null!, new HorizontalFlip()));

        static void Refused(string parameter, string received, Func<object> create)
        {
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(create);
            Assert.Equal(parameter, exception.ParamName);
            Assert.Contains(received, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_does_not_fit_the_images_is_refused_before_training_with_what_would_work()
    {
        Refused(
            new RandomCrop(padding: TinyImages.Side, Border.Reflect),
            $"a padding of at most {TinyImages.Side - 1} x {TinyImages.Side - 1}"
        );
        Refused(new ColorJitter(saturation: 0.1f), "a saturation of 0");
        Refused(new PcaLighting(), "images of three channels");
        Refused(new ColorJitter(brightness: 0.1f, maximum: 1), "another maximum");

        void Refused(Augmentation augmentation, string remedy)
        {
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => Trainer([augmentation]).Fit(TinyImages.View(context)));
            Assert.Equal("Augmentation", exception.ParamName);
            Assert.Contains(augmentation.GetType().Name, exception.Message, StringComparison.Ordinal);
            Assert.Contains("What would work", exception.Message, StringComparison.Ordinal);
            Assert.Contains(remedy, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flat_row_is_no_image()
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() =>
            AugmentationSequence.Create(new HorizontalFlip()).Apply([1, 2, 3], Shape.Flat(3))
        );
        Assert.Contains("InputShape", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_of_null_is_refused()
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Augmentation = null!;
        Assert.Equal(
            "Augmentation",
            Assert.Throws<ArgumentNullException>(() => context.MulticlassClassification.Trainers.Cnn(options)).ParamName
        );
    }

    private CnnMulticlassTrainer Trainer(AugmentationSequence augmentation)
    {
        CnnMulticlassTrainer.Options options = TinyImages.Options();
        options.Augmentation = augmentation;
        return context.MulticlassClassification.Trainers.Cnn(options);
    }
}
