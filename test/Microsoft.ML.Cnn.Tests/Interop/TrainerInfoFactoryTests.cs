using Microsoft.ML.Cnn.Interop;

namespace Microsoft.ML.Cnn.Tests.Interop;

public class TrainerInfoFactoryTests
{
    [Fact]
    public void What_a_trainer_needs_is_told_as_it_was_given()
    {
        TrainerInfo info = TrainerInfoFactory.Create(needsNormalization: true, wantsCaching: false);
        Assert.True(info.NeedNormalization);
        Assert.False(info.WantCaching);
    }
}
