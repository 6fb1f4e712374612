// swift-format-ignore-file
// Made by scripts/facts; its head says how to read it.

/// The properties and attributes of resource types, as JSON.
let schemaTable = #"""
{
"AWS::AutoScaling::AutoScalingGroup":{"p":{"AvailabilityZones":"l*","LaunchConfigurationName":"s~","InstanceId":"s","MaxSize":"i*~","MinSize":"i*~","Cooldown":"i~","DesiredCapacity":"i~","HealthCheckGracePeriod":"i!","HealthCheckType":["s!",null,["EC2","ELB"]],"LoadBalancerNames":"l","VPCZoneIdentifier":["l","s"],"Tags":["l",["m",{"Key":"s*","Value":"s*"}]]},"a":["InstanceList"]},
"AWS::AutoScaling::LaunchConfiguration":{"p":{"ImageId":"s","InstanceType":"s","InstanceId":"s","KeyName":"s","UserData":"s","SecurityGroups":"l","KernelId":"s!","RamDiskId":"s!","BlockDeviceMappings":["l",["m",{"DeviceName":"s*","Ebs":["m",{"DeleteOnTermination":"b","Iops":"n!","SnapshotId":"s","VolumeSize":"s","VolumeType":"s!"}],"NoDevice":"m!","VirtualName":"s!"}]],"NovaSchedulerHints":["l",["m",{"Key":"s*","Value":"s*"}]]},"a":[]},
"AWS::AutoScaling::ScalingPolicy":{"p":{"AutoScalingGroupName":"s*","ScalingAdjustment":"i*~","AdjustmentType":["s*~",null,["ChangeInCapacity","ExactCapacity","PercentChangeInCapacity"]],"Cooldown":"i~","MinAdjustmentStep":"i~"},"a":["AlarmUrl"]},
"AWS::CloudFormation::Stack":{"p":{"TemplateURL":"s*~","TimeoutInMinutes":"i~","Parameters":"m~"},"a":[]},
"AWS::CloudFormation::WaitCondition":{"p":{"Handle":"s*","Timeout":"i*","Count":"i~"},"a":["Data"]},
"AWS::CloudFormation::WaitConditionHandle":{"p":{},"a":[]},
"AWS::CloudWatch::Alarm":{"p":{"AlarmDescription":"s~","AlarmName":"s~","MetricName":"s~","Namespace":"s~","Statistic":"s~","ComparisonOperator":"s~","Threshold":"s~","EvaluationPeriods":"s~","Period":"s~","Unit":"s~","ActionsEnabled":"s~","AlarmActions":["l~","s"],"OKActions":["l~","s"],"InsufficientDataActions":["l~","s"],"Dimensions":"l~"},"a":[]},
"AWS::EC2::EIP":{"p":{"Domain":["s",null,["vpc"]],"InstanceId":"s~"},"a":["AllocationId"]},
"AWS::EC2::EIPAssociation":{"p":{"InstanceId":"s~","EIP":"s~","AllocationId":"s~","NetworkInterfaceId":"s~"},"a":[]},
"AWS::EC2::Instance":{"p":{"ImageId":"s*","InstanceType":"s*~","KeyName":"s","AvailabilityZone":"s","DisableApiTermination":"s!","KernelId":"s!","Monitoring":"b!","PlacementGroupName":"s!","PrivateIpAddress":"s!","RamDiskId":"s!","SecurityGroups":"l","SecurityGroupIds":"l","NetworkInterfaces":"l","SourceDestCheck":"b!","SubnetId":"s","Tags":["l~",["m",{"Key":"s*","Value":"s*"}]],"NovaSchedulerHints":["l",["m",{"Key":"s*","Value":"s*"}]],"Tenancy":["s!",null,["dedicated","default"]],"UserData":"s","Volumes":["l",["m",{"Device":"s*","VolumeId":"s*"}]],"BlockDeviceMappings":["l",["m",{"DeviceName":"s*","Ebs":["m",{"DeleteOnTermination":"b","Iops":"n!","SnapshotId":"s","VolumeSize":"s","VolumeType":"s!"}],"NoDevice":"m!","VirtualName":"s!"}]]},"a":["AvailabilityZone","PrivateDnsName","PrivateIp","PublicDnsName","PublicIp"]},
"AWS::EC2::InternetGateway":{"p":{"Tags":["l",["m!",{"Key":"s*","Value":"s*"}]]},"a":[]},
"AWS::EC2::NetworkInterface":{"p":{"Description":"s","GroupSet":"l~","PrivateIpAddress":"s","SourceDestCheck":"b!","SubnetId":"s*","Tags":["l",["m!",{"Key":"s*","Value":"s*"}]]},"a":["PrivateIpAddress"]},
"AWS::EC2::RouteTable":{"p":{"VpcId":"s*","Tags":["l",["m!",{"Key":"s*","Value":"s*"}]]},"a":[]},
"AWS::EC2::SecurityGroup":{"p":{"GroupDescription":"s*","VpcId":"s","SecurityGroupIngress":["l~",["m",{"CidrIp":"s","FromPort":"s","ToPort":"s","IpProtocol":"s","SourceSecurityGroupId":"s","SourceSecurityGroupName":"s","SourceSecurityGroupOwnerId":"s!"}]],"SecurityGroupEgress":["l~",["m",{"CidrIp":"s","FromPort":"s","ToPort":"s","IpProtocol":"s","SourceSecurityGroupId":"s","SourceSecurityGroupName":"s","SourceSecurityGroupOwnerId":"s!"}]]},"a":[]},
"AWS::EC2::Subnet":{"p":{"AvailabilityZone":"s","CidrBlock":"s*","VpcId":"s*","Tags":["l",["m!",{"Key":"s*","Value":"s*"}]]},"a":["AvailabilityZone"]},
"AWS::EC2::SubnetRouteTableAssociation":{"p":{"RouteTableId":"s*","SubnetId":"s*"},"a":[]},
"AWS::EC2::VPC":{"p":{"CidrBlock":"s","InstanceTenancy":["s!",null,["default","dedicated"]],"Tags":["l",["m!",{"Key":"s*","Value":"s*"}]]},"a":[]},
"AWS::EC2::VPCGatewayAttachment":{"p":{"VpcId":"s*","InternetGatewayId":"s","VpnGatewayId":"s!"},"a":[]},
"AWS::EC2::Volume":{"p":{"AvailabilityZone":"s*","Size":"i","SnapshotId":"s","Tags":["l",["m",{"Key":"s*","Value":"s*"}]]},"a":[]},
"AWS::EC2::VolumeAttachment":{"p":{"InstanceId":"s*","VolumeId":"s*","Device":"s*"},"a":[]},
"AWS::ElasticLoadBalancing::LoadBalancer":{"p":{"AvailabilityZones":"l*","HealthCheck":["m",{"HealthyThreshold":"i*","Interval":"i*","Target":"s*","Timeout":"i*","UnhealthyThreshold":"i*"}],"Instances":"l~","Listeners":["l*",["m",{"InstancePort":"i*","LoadBalancerPort":"i*","Protocol":["s*",null,["TCP","HTTP"]],"SSLCertificateId":"s!","PolicyNames":"l!"}]],"AppCookieStickinessPolicy":"s!","LBCookieStickinessPolicy":"s!","SecurityGroups":"l~","Subnets":"l!"},"a":["CanonicalHostedZoneName","CanonicalHostedZoneNameID","DNSName","SourceSecurityGroup.GroupName","SourceSecurityGroup.OwnerAlias"]},
"AWS::IAM::AccessKey":{"p":{"Serial":"i!","UserName":"s*","Status":["s!",null,["Active","Inactive"]]},"a":["SecretAccessKey","UserName"]},
"AWS::IAM::User":{"p":{"Path":"s","Groups":"l","LoginProfile":["m",{"Password":"s"}],"Policies":"l"},"a":[]},
"AWS::S3::Bucket":{"p":{"AccessControl":["s",null,["Private","PublicRead","PublicReadWrite","AuthenticatedRead","BucketOwnerRead","BucketOwnerFullControl"]],"WebsiteConfiguration":["m",{"IndexDocument":"s","ErrorDocument":"s"}],"Tags":["l",["m",{"Key":"s*","Value":"s*"}]]},"a":["DomainName","WebsiteURL"]},
"HEAT::HA::Restarter":{"p":{"InstanceId":"s*~"},"a":["AlarmUrl"]},
"OS::Heat::HARestarter":{"p":{"InstanceId":"s*~"},"a":["AlarmUrl"]}
}
"""#
