using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Conformance;

public class RegistryTests
{
    [Fact]
    public void Every_layer_goes_through_the_harness()
    {
        Type[] registered = [.. typeof(Layer).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType)];
        Type[] tried = [.. ConformanceCases.All.SelectMany(@case => @case.AllLayers).Select(layer => layer.GetType())];
        Assert.Empty(registered.Except(tried));
    }

    [Fact]
    public void Every_layer_is_registered()
    {
        IEnumerable<Type> layers = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)));
        Assert.Empty(
            layers.Except(typeof(Layer).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType))
        );
    }

    [Fact]
    public void Cases_have_names_of_their_own() =>
        Assert.Empty(ConformanceCases.All.GroupBy(@case => @case.Name).Where(group => group.Count() > 1).Select(group => group.Key));
}
